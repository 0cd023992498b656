import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";
import { LocalCloud } from "../../sandbox/local-cloud";
import { configuration } from "./support/configuration";
import { describeWith } from "./support/describe-with";

interface Attribute {
  readonly type?: unknown;
  readonly nested_type?: unknown;
  readonly write_only?: boolean;
  readonly computed?: boolean;
  readonly required?: boolean;
}
type Schemas = Readonly<
  Record<string, { readonly block: { readonly attributes: Readonly<Record<string, Attribute>> } }>
>;

/** What the examples write of the provider's blocks: `[kind, type, arguments]`. */
const written = [
  "talos-aws/expected/prod",
  "talos-azure-workers/expected/prod",
  "talos-nodes/expected/home",
].flatMap((path) => {
  const file = join(__dirname, "../../examples", path, "cdk.tf.json");
  const stack = JSON.parse(readFileSync(file, "utf8")) as Readonly<
    Record<"ephemeral" | "resource", Record<string, Record<string, Record<string, unknown>>>>
  >;
  return (["ephemeral", "resource"] as const).flatMap((kind) =>
    Object.entries(stack[kind])
      .filter(([type]) => type.startsWith("talos_"))
      .flatMap(([type, blocks]) =>
        Object.values(blocks).map((block) => [kind, type, block] as const),
      ),
  );
});
const metaArguments = ["//", "depends_on", "lifecycle", "provider"];

/** The Terraform for workers in Azure without Azure: what gives them their machine configuration. */
async function machineConfigurationInAzure(): Promise<object> {
  const name = "machine-configuration.tf";
  const path = join(__dirname, "../../examples/talos-azure-workers/azure", name);
  const parsed = (await parse(name, readFileSync(path, "utf8"))) as {
    terraform: [{ required_providers: [{ azurerm?: object }] }];
    resource: { talos_machine_configuration_apply: { worker: [{ depends_on?: unknown }] } };
  };
  delete parsed.terraform[0].required_providers[0].azurerm;
  delete parsed.resource.talos_machine_configuration_apply.worker[0].depends_on;
  return parsed;
}

describeWith(["terraform", "aws", "talos"], "the blocks of the Talos provider", () => {
  let schemas: Readonly<Record<"ephemeral" | "resource", Schemas>>;
  let cloud: LocalCloud | undefined;

  beforeAll(async () => {
    cloud = await LocalCloud.start();
    const required_providers = { talos: { source: "siderolabs/talos" } };
    const terraform = await cloud.terraform(configuration({ terraform: { required_providers } }));
    const { output } = await terraform.run("providers", "schema", "-json");
    const [provider] = Object.values(
      (
        JSON.parse(output.slice(output.indexOf("{"))) as {
          provider_schemas: Record<
            string,
            { resource_schemas: Schemas; ephemeral_resource_schemas: Schemas }
          >;
        }
      ).provider_schemas,
    );
    schemas = {
      ephemeral: provider?.ephemeral_resource_schemas ?? {},
      resource: provider?.resource_schemas ?? {},
    };
  });
  afterAll(() => cloud?.stop());

  const attributes = (kind: "ephemeral" | "resource", type: string) =>
    schemas[kind][type]?.block.attributes ?? {};

  test("exist, with every argument that is written", () => {
    expect(new Set(written.map(([, type]) => type)).size).toBe(5);
    for (const [kind, type, block] of written) {
      const known = Object.keys(attributes(kind, type));
      const unknown = Object.keys(block).filter(
        (name) => ![...known, ...metaArguments].includes(name),
      );
      expect([type, unknown]).toEqual([type, []]);
    }
  });

  test("take what the Terraform for workers in Azure reads from the stack's secrets", async () => {
    const terraform = await cloud?.terraform(configuration(await machineConfigurationInAzure()));
    await terraform?.validate();
  });

  test("lack no argument that is required", () => {
    for (const [kind, type, block] of written) {
      const missing = Object.entries(attributes(kind, type))
        .filter(([name, { required }]) => required === true && !(name in block))
        .map(([name]) => name);
      expect([type, missing]).toEqual([type, []]);
    }
  });

  test("keep what is secret out of the state: each such argument is write-only", () => {
    const secret = written
      .filter(([kind]) => kind === "resource")
      .flatMap(([kind, type, block]) =>
        Object.entries(block)
          .filter(([, value]) => /\$\{(ephemeral|local[.]talos_machine)/.test(String(value)))
          .map(([name]) => attributes(kind, type)[name]?.write_only),
      );
    expect(secret.length).toBeGreaterThan(5);
    expect(new Set(secret)).toEqual(new Set([true]));
  });

  test("have the types that are written: lists of strings, strings and flags", () => {
    const types = { string: "string", boolean: "bool" } as Readonly<Record<string, string>>;
    for (const [kind, type, block] of written) {
      for (const [name, value] of Object.entries(block)) {
        const attribute = attributes(kind, type)[name];
        if (attribute?.type === undefined) continue;
        const expected = Array.isArray(value) ? ["list", "string"] : types[typeof value];
        expect([type, name, attribute.type]).toEqual([type, name, expected]);
      }
    }
  });
});
