import { copyFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryDirectory } from "../../sandbox/directory";
import { LocalCloud } from "../../sandbox/local-cloud";
import { command, runIn } from "../cli/run";
import { configuration } from "./support/configuration";
import { describeWith } from "./support/describe-with";

const examples = readdirSync("examples");

/** Runs `irsa synth` over a configuration. */
function synth(config: string, ...argv: string[]): string {
  const out = temporaryDirectory("synth");
  const args = ["synth", "--config", resolve(config), "--out", out, ...argv];
  const { status, stderr } = runIn(out, ["node", command, ...args]);
  expect({ status, errors: stderr.replaceAll(/^warning: .*\n(?: {2}.*\n)*/gm, "") }).toEqual({
    status: 0,
    errors: "",
  });
  return out;
}

/** The blocks of HCL in a module's README: the root module, and what moves the state. */
const blocksOf = (module: string): string[] =>
  [...readFileSync(join(module, "README.md"), "utf8").matchAll(/```hcl\n([^]*?)```/g)].map(
    ([, text = ""]) => text,
  );

describeWith(["terraform", "aws", "tls", "external", "emulator"], "clusters as modules", () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterAll(() => cloud.stop());

  test("every example's are formatted and valid", async () => {
    const directory = temporaryDirectory("modules");
    for (const example of examples) {
      const modules = synth(`examples/${example}/irsa.yaml`, "--as", "module");
      cpSync(modules, join(directory, example), { recursive: true });
    }
    const all = examples.flatMap((example) =>
      readdirSync(join(directory, example)).map((module) => ({ example, module })),
    );
    expect(all.length).toBeGreaterThanOrEqual(examples.length);
    const root = Object.fromEntries(
      all.map(({ example, module }) => [
        `${example}_${module}`,
        {
          source: join(directory, example, module),
          ...(module === "irsa"
            ? { bucket_name: "acme-irsa", cluster_name: "irsa", secret_prefix: "talos" }
            : {}),
        },
      ]),
    );
    const terraform = await cloud.terraform(configuration({ provider: { aws: {} }, module: root }));
    await terraform.validate();
    await terraform.run("fmt", "-check", "-recursive", "-diff", directory);
  });

  test.each(["roles-ebs-csi", "key-in-secrets-manager"])(
    "the state of %s's stack moves to the module by its README, and nothing changes",
    async (example) => {
      await cloud.reset();
      const config = `examples/${example}/irsa.yaml`;
      const stacks = join(synth(config), "stacks");
      const modules = synth(config, "--as", "module");
      const [name = ""] = readdirSync(stacks);
      const stack = await cloud.terraform(join(stacks, name));
      await stack.apply();
      const before = await stack.outputs();

      const directory = temporaryDirectory("caller");
      cpSync(modules, join(directory, "irsa-modules"), { recursive: true });
      const [main = "", moved = ""] = blocksOf(join(modules, name));
      writeFileSync(join(directory, "main.tf"), main);
      writeFileSync(join(directory, "moved.tf"), moved);
      const caller = await cloud.terraform(directory);
      copyFileSync(
        join(stack.directory, "terraform.tfstate"),
        join(caller.directory, "terraform.tfstate"),
      );
      const plan = await caller.plan();
      expect(plan.actions).toEqual({});
      expect(plan.text).toContain("has moved to");
      expect(plan.text).toContain("0 to add, 0 to change, 0 to destroy");
      await caller.apply(plan);
      const after = (await caller.outputs()).value(name) as Record<string, unknown>;
      const values = Object.fromEntries(before.names.map((each) => [each, before.value(each)]));
      expect(after).toEqual(values);
      expect((await caller.plan()).empty).toBe(true);
    },
  );
});
