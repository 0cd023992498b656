/**
 * Writes the Terraform modules in `terraform/` that are generated: what the stacks synthesize, as HCL,
 * without provider and backend blocks, with a README each. `npm run export`; a test fails when they are
 * stale.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type TerraformStack } from "cdktf";
import { type TerraformJson, toHclFiles } from "../modules/synthesis";
import { IrsaModule } from "../stacks/irsa-module";

interface Module {
  /** The directory below `terraform/`. */
  readonly name: string;
  readonly intro: string;
  readonly example: string;
  readonly stack: (app: App) => TerraformStack;
  /** @default true */
  readonly keyIsInState?: boolean;
}

const issuerExample = (name: string) => `module "irsa" {
  source = "git::https://github.com/self-hosted-irsa/self-hosted-irsa.git//terraform/${name}?ref=v0.1.0"

  bucket_name   = "acme-prod-oidc"
  cluster_name  = "prod"
  secret_prefix = "talos"
}

output "issuer_url" {
  value = module.irsa.issuer_url
}`;

const modules: readonly Module[] = [
  {
    name: "irsa",
    intro: `Everything that makes AWS trust the ServiceAccount tokens of a Kubernetes cluster that you run yourself:
a signing key, the OpenID discovery document and the JWKS in a public bucket, the IAM identity provider,
and the private key in Secrets Manager.

At apply, Terraform runs \`jwks.cjs\` with Node 20 or later: it gets the public key and gives back the JWKS.
Where no Node is installed, such as on hosted runners, use [\`irsa-without-node\`](../irsa-without-node).`,
    example: issuerExample("irsa"),
    stack: (app) => new IrsaModule(app, "irsa"),
  },
  {
    name: "irsa-without-node",
    intro: `The module [\`irsa\`](../irsa) for runners without Node: the same resources, inputs and outputs, and the same
bytes published. Terraform's own functions cut the modulus out of the public key, and S3 reports the
SHA-256 that the key id is made of; for that the bucket keeps one more object below \`public-keys/\`, which is
private.`,
    example: issuerExample("irsa-without-node"),
    stack: (app) => new IrsaModule(app, "irsa", { jwksComputation: "functions" }),
  },
  {
    name: "irsa-key-in-secrets-manager",
    intro: `The module [\`irsa\`](../irsa) with the private key in Secrets Manager alone: Terraform makes it, writes it
there once, and keeps it in no state, plan or output. Needs Terraform or OpenTofu 1.11, and permission to read
the secret at every plan. One public SSM parameter, \`/self-hosted-irsa/CLUSTER/key\`, carries the public half
from the secret to the JWKS.

The secret is \`SECRET_PREFIX/CLUSTER/key\`. \`npx irsa cluster-config\` reads it with your AWS credentials
and writes the configuration of the cluster.

At apply, Terraform runs \`jwks.cjs\` with Node 20 or later: it gets the public key and gives back the JWKS.`,
    example: issuerExample("irsa-key-in-secrets-manager"),
    stack: (app) => new IrsaModule(app, "irsa", { signingKey: "secrets-manager" }),
    keyIsInState: false,
  },
];

/** Writes every module below a directory that is `terraform/` or stands for it. */
export function exportModules(directory: string): void {
  for (const module of modules) {
    const target = join(directory, module.name);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    for (const [file, text] of Object.entries(files(module)))
      writeFileSync(join(target, file), text);
  }
}

function files(module: Module): Record<string, string> {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "irsa-export-")) });
  const stack = module.stack(app);
  app.synth();
  const assets = assetsBeside(join(app.outdir, "stacks", stack.node.id));
  const { provider: _providers, terraform, ...rest } = stack.toTerraform() as TerraformJson;
  const { backend: _backend, ...versions } = terraform as TerraformJson;
  const json = beside({ ...rest, terraform: versions }, Object.keys(assets)) as TerraformJson;
  const hcl = toHclFiles(json);
  return {
    "README.md": readme(module, json),
    "main.tf": hcl.main,
    "outputs.tf": hcl.outputs,
    "variables.tf": hcl.variables,
    "versions.tf": hcl.versions,
    ...Object.fromEntries(Object.entries(assets).map(([path, text]) => [fileName(path), text])),
  };
}

function assetsBeside(stack: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(stack, { recursive: true, encoding: "utf8" })
      .filter((path) => path.startsWith("assets/") && path.endsWith(".cjs"))
      .map((path) => [path, readFileSync(join(stack, path), "utf8")]),
  );
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
  { name, intro, example, keyIsInState = true }: Module,
  json: TerraformJson,
): string {
  const inputs = Object.entries(json.variable as Record<string, Record<string, unknown>>);
  const outputs = Object.entries(json.output as Record<string, Record<string, unknown>>);
  const { required_version, required_providers } = json.terraform as {
    required_version: string;
    required_providers: Record<string, { version: string }>;
  };
  return `<!-- Generated by \`npm run export\`. -->

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

${table(
  ["name", "description", "type", "default"],
  inputs.map(([input, { description, type, default: value }]) => [
    `\`${input}\``,
    String(description),
    `\`${String(type)}\``,
    value === undefined ? "required" : `\`${JSON.stringify(value)}\``,
  ]),
)}

## Outputs

${table(
  ["name", "description"],
  outputs.map(([output, { description }]) => [`\`${output}\``, String(description)]),
)}

${
  keyIsInState
    ? "The private key is in Terraform's state. Encrypt the state, or use [`irsa-key-in-secrets-manager`](../irsa-key-in-secrets-manager)."
    : "Logs of the AWS provider at `TF_LOG=debug` and `trace` contain the secret's value. Do not keep them."
}
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

if (require.main === module) {
  const directory = join(__dirname, "..", "terraform");
  exportModules(directory);
  console.log(`Wrote ${modules.map(({ name }) => `terraform/${name}`).join(" and ")}.`);
}
