import type { TerraformStack } from "cdktf";
import { type TerraformJson, toHclFiles } from "../modules/synthesis";
import { assetsOf } from "./synthesis";

/** What a module's README says that its configuration does not. */
export interface ModuleTexts {
  /** The module's name. */
  readonly name: string;
  /** A comment at the top: what writes the file. */
  readonly generatedBy: string;
  readonly intro: string;
  /** HCL that uses the module. */
  readonly example: string;
  /** Paragraphs at the end. */
  readonly ending: string;
}

/**
 * A stack as a Terraform module: HCL without provider and backend blocks, and a README.
 *
 * @param json the stack's Terraform
 * @param texts what the README says
 * @returns the files' texts by name
 */
export function moduleFiles(
  stack: TerraformStack,
  json: TerraformJson,
  texts: ModuleTexts,
): Record<string, string> {
  const assets = Object.fromEntries(assetsOf(stack));
  const { provider: _providers, terraform, ...rest } = json;
  const { backend: _backend, ...versions } = terraform as TerraformJson;
  const own = beside({ ...rest, terraform: versions }, Object.keys(assets)) as TerraformJson;
  const hcl = toHclFiles(own);
  return {
    "README.md": readme(texts, own),
    "main.tf": hcl.main,
    "outputs.tf": hcl.outputs,
    "variables.tf": hcl.variables,
    "versions.tf": hcl.versions,
    ...Object.fromEntries(Object.entries(assets).map(([path, text]) => [fileName(path), text])),
  };
}

/** Assets lie right beside the module's files, under their own names. */
function beside(json: TerraformJson, assets: readonly string[]): unknown {
  const text = assets.reduce(
    (current, path) => current.replaceAll(path, fileName(path)),
    JSON.stringify(json),
  );
  return JSON.parse(text);
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function readme(
  { name, generatedBy, intro, example, ending }: ModuleTexts,
  json: TerraformJson,
): string {
  const { variable = {}, output = {} } = json as Record<
    string,
    Record<string, Record<string, unknown>>
  >;
  const inputs = Object.entries(variable).map(([input, { description, type, default: value }]) => [
    `\`${input}\``,
    String(description),
    `\`${String(type)}\``,
    value === undefined ? "required" : `\`${JSON.stringify(value)}\``,
  ]);
  const { required_version, required_providers } = json.terraform as {
    required_version: string;
    required_providers: Record<string, { version: string }>;
  };
  return `<!-- ${generatedBy} -->

# ${name}

${intro}

## Example

\`\`\`hcl
${example}
\`\`\`

## Requirements

${table(
  ["name", "version"],
  [
    ["terraform", `\`${required_version}\``],
    ...Object.entries(required_providers).map(([provider, { version }]) => [
      provider,
      `\`${version}\``,
    ]),
  ],
)}

## Inputs

${inputs.length === 0 ? "None." : table(["name", "description", "type", "default"], inputs)}

## Outputs

${table(
  ["name", "description"],
  Object.entries(output).map(([each, { description }]) => [`\`${each}\``, String(description)]),
)}

${ending}
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
