import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { parseConfig } from "../../config/load";
import { addStacks } from "../../stacks/add-stacks";
import { temporaryDirectory } from "../../sandbox/directory";

/** Synthesizes an `irsa.yaml`, given as a value, as the app does. */
export async function synthesizeClusters(clusters: readonly object[]): Promise<string> {
  const config = await parseConfig(JSON.stringify({ clusters }), "irsa.yaml");
  const app = new App({ outdir: temporaryDirectory("clusters") });
  addStacks(app, config);
  app.synth();
  return app.outdir;
}

/** A stack that becomes a module. */
export interface Module {
  readonly name: string;
  /** The stack's directory. */
  readonly stack: string;
  /** @default - none */
  readonly variables?: object;
  /**
   * What is particular to a test: blocks of an override file.
   * @default - none
   */
  readonly override?: object;
}

/** {@link rootOf} all stacks of an output directory such as `cdktf.out`. */
export function rootOfStacks(
  outdir: string,
  overrides: Readonly<Record<string, object>> = {},
): object {
  return rootOf(
    readdirSync(join(outdir, "stacks")).map((name) => ({
      name,
      stack: join(outdir, "stacks", name),
      override: overrides[name],
    })),
  );
}

/**
 * One Terraform configuration whose modules are stacks, so that one run of Terraform does for all of
 * them. Backends, which a module must not have, are left out; providers of the same region are shared.
 *
 * @returns the configuration in JSON syntax; its outputs have the modules' names
 */
export function rootOf(modules: readonly Module[]): object {
  const read = modules.map((module) => ({ ...module, ...moduleOf(module) }));
  const regions = [...new Set(read.map(({ region }) => region))];
  return {
    provider: {
      aws: regions.map((region, index) => ({
        region,
        ...(index === 0 ? {} : { alias: aliasOf(region) }),
      })),
    },
    module: Object.fromEntries(
      read.map(({ name, source, region, variables }) => [
        name,
        {
          source,
          ...variables,
          ...(region === regions[0] ? {} : { providers: { aws: `aws.${aliasOf(region)}` } }),
        },
      ]),
    ),
    output: Object.fromEntries(
      modules.map(({ name }) => [name, { value: `\${module.${name}}`, sensitive: true }]),
    ),
  };
}

const aliasOf = (region = "default") => `in-${region}`;

function moduleOf({ stack, override = {} }: Module): { source: string; region?: string } {
  const source = temporaryDirectory("module");
  cpSync(stack, source, { recursive: true });
  const file = join(source, "cdk.tf.json");
  const { provider, terraform, ...rest } = JSON.parse(readFileSync(file, "utf8")) as {
    provider: { aws: [{ region?: string }] };
    terraform: Record<string, unknown>;
  };
  const { backend: _own, ...requirements } = terraform;
  writeFileSync(file, JSON.stringify({ ...rest, terraform: requirements }));
  writeFileSync(join(source, "test_override.tf.json"), JSON.stringify(override));
  return { source, region: provider.aws[0].region };
}
