import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { parseConfig } from "../../config/load";
import { addStacks } from "../../main";
import { temporaryDirectory } from "../../sandbox/directory";

/** Synthesizes an `irsa.yaml`, given as a value, as the app does. */
export async function synthesizeClusters(clusters: readonly object[]): Promise<string> {
  const config = await parseConfig(JSON.stringify({ clusters }), "irsa.yaml");
  const app = new App({ outdir: temporaryDirectory("clusters") });
  addStacks(app, config);
  app.synth();
  return app.outdir;
}

/**
 * One Terraform configuration whose modules are the stacks of an output directory, so that one run of
 * Terraform does for all of them. Providers and backends, which a module must not have, are left out.
 *
 * @param outdir as `cdktf.out`
 * @param region of the AWS provider of all of them
 * @param overrides what is particular to a test: blocks of an override file, by the module
 * @returns the configuration in JSON syntax; its outputs have the modules' names
 */
export function rootOfStacks(
  outdir: string,
  region: string,
  overrides: Readonly<Record<string, object>> = {},
) {
  const names = readdirSync(join(outdir, "stacks"));
  return {
    provider: { aws: [{ region }] },
    module: Object.fromEntries(
      names.map((name) => [
        name,
        { source: moduleOf(join(outdir, "stacks", name), overrides[name]) },
      ]),
    ),
    output: Object.fromEntries(
      names.map((name) => [name, { value: `\${module.${name}}`, sensitive: true }]),
    ),
  };
}

function moduleOf(stack: string, override: object = {}): string {
  const directory = temporaryDirectory("module");
  cpSync(stack, directory, { recursive: true });
  const file = join(directory, "cdk.tf.json");
  const {
    provider: _own,
    terraform,
    ...rest
  } = JSON.parse(readFileSync(file, "utf8")) as {
    provider?: unknown;
    terraform: Record<string, unknown>;
  };
  const { backend: _local, ...requirements } = terraform;
  writeFileSync(file, JSON.stringify({ ...rest, terraform: requirements }));
  writeFileSync(join(directory, "test_override.tf.json"), JSON.stringify(override));
  return directory;
}
