import { dirname } from "node:path";
import type { ExpectedPlan, Unread } from "../../../modules/adoption";
import { escapeControls, redactKeyMaterial } from "../../../modules/validation";
import { presentable } from "../../io/presentable";
import { shellWord } from "../../output/shell-word";
import { terraformIn } from "../../output/terraform-command";

/** What `irsa import` found and wrote. */
export interface ImportResult extends ExpectedPlan {
  readonly cluster: string;
  readonly issuerUrl: string;
  readonly written: readonly string[];
  readonly importFile: string;
  /** What stays as it is, outside of Terraform. */
  readonly left: readonly string[];
  readonly checks: readonly string[];
  readonly unread: readonly Unread[];
}

/** The result to read: what a plan shows, what it does not, and how to go on. */
export function formatImport(result: ImportResult): string {
  const { written, imports, changes, creates, left, checks, unread } = result;
  const changed = changes.flatMap(({ address, arguments: names, follow }) => [
    address,
    ...Object.entries(names).map(([name, what]) => `  ${name}: ${what}`),
    ...(follow.length === 0 ? [] : [`  with ${follow.join(", ")}, where they show`]),
  ]);
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ["A plan imports", imports.map(({ to }) => to)],
    ["It changes in place", changed],
    ["It makes", creates],
    ["Outside of Terraform, and as they are, stay", left],
    ["Check before you apply", checks],
    ["Could not be read", unread.map(({ reason, shows }) => `${shows}: ${reason}`)],
  ];
  const shown = sections.filter(([, lines]) => lines.length > 0);
  return [
    ...written.map((path) => `Wrote ${presentable(path)}`),
    ...shown.flatMap(([title, lines]) => ["", `${title}:`, ...lines.map((line) => `  ${line}`)]),
    ...["", "Next; stop if the plan shows anything else:", ...commands(result)],
  ]
    .map((line) => `${escapeControls(redactKeyMaterial(line))}\n`)
    .join("");
}

function commands({ cluster, importFile, written, creates }: ImportResult): string[] {
  const [config = ""] = written;
  const stack = `cdktf.out/stacks/${cluster}`;
  const main = config.endsWith("irsa.yaml") ? config : `${dirname(dirname(config))}/irsa.yaml`;
  const flag = main === "irsa.yaml" || main === "./irsa.yaml" ? "" : ` --config ${shellWord(main)}`;
  return [
    `  irsa synth ${cluster}${flag}`,
    `  cp ${shellWord(importFile)} ${stack}/import.tf`,
    `  ${terraformIn(stack, "init")}`,
    `  ${terraformIn(stack, "plan")}`,
    // Before the discovery document, which exists, names it.
    ...creates
      .filter((address) => address === "aws_s3_object.keys_json")
      .map((address) => `  ${terraformIn(stack, `apply -target=${address}`)}`),
    `  ${terraformIn(stack, "apply")}`,
    `  rm ${shellWord(importFile)} ${stack}/import.tf`,
  ];
}
