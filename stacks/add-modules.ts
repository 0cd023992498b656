import type { App, TerraformStack } from "cdktf";
import { type TerraformJson, toHclFiles } from "../modules/synthesis";
import { ClusterModule } from "./cluster-module";
import type { StacksProps } from "./add-stacks";
import { ClusterStack } from "./cluster-stack";
import { IrsaModule } from "./irsa-module";
import { moduleFiles, type ModuleTexts } from "./module-files";
import { stacksOf } from "./synthesis";

/** Adds a module for each cluster; without any, the module `irsa`. Named as the stacks are. */
export function addModules(app: App, { clusters }: StacksProps = {}): void {
  if (clusters === undefined) new IrsaModule(app, "irsa");
  for (const { name, ...cluster } of clusters ?? []) new ClusterModule(app, name, cluster);
}

/**
 * What {@link addModules} added, as files.
 *
 * @returns the files' texts by `MODULE/FILE`
 */
export function filesOfModules(app: App): Map<string, string> {
  return new Map(
    stacksOf(app).flatMap((stack) => {
      const json = stack.toTerraform() as TerraformJson;
      const files = moduleFiles(stack, json, textsOf(stack, json));
      return Object.entries(files).map(([file, text]) => [`${stack.node.id}/${file}`, text]);
    }),
  );
}

function textsOf(stack: TerraformStack, json: TerraformJson): ModuleTexts {
  const name = stack.node.id;
  const isCluster = stack instanceof ClusterStack;
  return {
    name,
    generatedBy: "Written by `irsa synth --as module`; yours to change.",
    intro: isCluster
      ? `Makes AWS trust the ServiceAccount tokens of the Kubernetes cluster \`${name}\`. The defaults of the inputs are
its values, and everything has the Terraform address that it has in the stack \`${name}\`. The region and the
account are those of the caller's AWS provider.`
      : `Makes AWS trust the ServiceAccount tokens of a Kubernetes cluster that you run yourself.`,
    example: caller(name, json, isCluster),
    ending: isCluster ? moving(name, json) : keyNote(json),
  };
}

/** A root module with the provider and the backend of the stack. */
function caller(name: string, { provider, terraform }: TerraformJson, isCluster: boolean): string {
  const { backend } = terraform as { backend: Record<string, Record<string, unknown>> };
  const { aws } = provider as { aws: unknown };
  const root = toHclFiles({ terraform: { backend: besideCaller(backend) }, provider: { aws } });
  const inputs = isCluster
    ? `\n  source = "./irsa-modules/${name}"\n`
    : `
  source = "./irsa-modules/${name}"

  bucket_name   = "acme-prod-oidc"
  cluster_name  = "prod"
  secret_prefix = "talos"
`;
  return [
    root.versions,
    root.main,
    `module "${name}" {${inputs}}\n`,
    `output "${name}" {\n  value     = module.${name}\n  sensitive = true\n}`,
  ].join("\n");
}

/** A local state has its path from the directory of the stack, three below the caller's. */
function besideCaller(backend: Record<string, Record<string, unknown>>): object {
  const { local } = backend;
  return local === undefined
    ? backend
    : { local: { ...local, path: String(local.path).replace(/^(\.\.\/)+/, "") } };
}

function moving(name: string, json: TerraformJson): string {
  const moved = addressesOf(json).map((address) => ({
    from: address,
    to: `module.${name}.${address}`,
  }));
  const blocks = toHclFiles({ moved }).main.trimEnd();
  return `## Moving the state of the stack

Where the stack \`${name}\` has been applied, let the root module above have its backend, and put these blocks beside
it for one apply. The plan then says that everything has moved, and changes nothing.

\`\`\`hcl
${blocks}
\`\`\`

${keyNote(json)}`;
}

function addressesOf({ resource = {} }: TerraformJson): string[] {
  return Object.entries(resource as Record<string, object>).flatMap(([type, elements]) =>
    Object.keys(elements).map((element) => `${type}.${element}`),
  );
}

function keyNote({ resource = {} }: TerraformJson): string {
  const { tls_private_key: inState } = resource as Record<string, unknown>;
  return inState === undefined
    ? "No private key is in Terraform's state."
    : "The private key is in Terraform's state: encrypt it, and limit who reads it.";
}
