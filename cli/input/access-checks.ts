import { formatValue } from "../../modules/validation";
import { isPrinted } from "../output/result";
import { type AccessOptions, defaultValidity } from "./access-options";
import { readDuration } from "./duration";
import type { Mistakes } from "./mistakes";

/** The options that both commands share, checked. */
export function checkAccessOptions(
  { clusterName, validFor = defaultValidity, out }: AccessOptions,
  isTerminal: boolean,
  mistakes: Mistakes,
): { readonly clusterName: string; readonly validForSeconds: number } {
  if (clusterName === undefined) mistakes.add("--cluster-name is missing");
  else if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(clusterName)) {
    mistakes.add(
      `--cluster-name must be letters, digits, '.', '_' and '-', at most 63, got ${formatValue(clusterName)}`,
    );
  }
  if (isTerminal && isPrinted(out)) {
    mistakes.add(
      "a private key is not printed to a terminal: name a file with --out, or redirect standard output",
    );
  }
  return {
    clusterName: clusterName ?? "",
    validForSeconds: readDuration(
      "--valid-for",
      validFor,
      { least: "5m", greatest: "365d" },
      mistakes,
    ),
  };
}
