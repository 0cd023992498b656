import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { temporaryDirectory } from "./directory";

/** Argument blocks of Terraform in its JSON syntax. */
type Block = Readonly<Record<string, unknown>>;

export interface WorkspaceOptions {
  /**
   * The backend in place of the configuration's own; false keeps that.
   * @default - local, with the state in the workspace
   */
  readonly backend?: Block | false;
  /**
   * Arguments of every `aws` provider block of the configuration, on top of its own.
   * @default - only the path style of S3 that the emulator needs
   */
  readonly aws?: Block;
}

/**
 * Copies a Terraform configuration, unchanged, to a fresh directory and adds override files: what is
 * particular to a test comes from outside.
 *
 * @param source the configuration's directory, such as `cdktf.out/stacks/irsa`
 * @returns the new directory
 *
 * @see {@link https://developer.hashicorp.com/terraform/language/files/override Override files}
 */
export function createWorkspace(
  source: string,
  { backend = { local: {} }, aws = {} }: WorkspaceOptions = {},
): string {
  const directory = temporaryDirectory("workspace");
  cpSync(source, directory, {
    recursive: true,
    filter: (path) => !madeByTerraform.test(basename(path)),
  });

  const write = (name: string, content: Block) => {
    writeFileSync(join(directory, `${name}_override.tf.json`), JSON.stringify(content, null, 2));
  };
  if (backend !== false) write("backend", { terraform: { backend } });
  const providers = awsProviders(directory);
  if (providers.length > 0) {
    const overrides = providers.map(({ alias }) => ({ alias, s3_use_path_style: true, ...aws }));
    write("provider", { provider: { aws: overrides } });
  }
  return directory;
}

const madeByTerraform = /^\.terraform($|\.lock\.hcl$|\.tfstate)|\.tfstate(\.|$)/;

/** An override needs a block to override, with the same alias. HCL of this project has none with one. */
function awsProviders(directory: string): { readonly alias?: string }[] {
  const file = join(directory, "cdk.tf.json");
  const hcl = join(directory, "main.tf");
  if (!existsSync(file)) {
    return existsSync(hcl) && /^provider "aws"/m.test(readFileSync(hcl, "utf8")) ? [{}] : [];
  }
  const { provider } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly provider?: { readonly aws?: { readonly alias?: string }[] };
  };
  return provider?.aws ?? [];
}
