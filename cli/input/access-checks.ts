import { formatValue } from "../../modules/validation";
import { isPrinted } from "../output/result";
import { type AccessOptions, defaultValidity } from "./access-options";
import type { Mistakes } from "./mistakes";

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

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
  return { clusterName: clusterName ?? "", validForSeconds: seconds(validFor, mistakes) };
}

function seconds(text: string, mistakes: Mistakes): number {
  const [, amount = "", unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const value = Number(amount) * (unitSeconds[unit] ?? 0);
  if (value < 300 || value > 365 * 86_400) {
    mistakes.add(
      `--valid-for must be minutes, hours or days from 5m to 365d, such as 24h, got ${formatValue(text)}`,
    );
  }
  return value;
}
