import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { contents } from "../../support/golden";
import { command, directory, irsa, runIn } from "../run";

const publicKey = () =>
  generateKeyPairSync("ec", { namedCurve: "P-256" })
    .publicKey.export({ type: "spki", format: "pem" })
    .toString();

/** One kind of cluster after the other: what a worker gets as data must be all that there is. */
const kinds: readonly ((name: string) => object)[] = [
  () => ({ secretPrefix: "talos" }),
  () => ({ hosting: "s3-virtual-hosted", secretPrefix: "talos", talos: { version: "1.13" } }),
  (name) => ({ keys: [{ name: "own", publicKeyFile: `keys/${name}.pub` }] }),
  () => ({ secretPrefix: "talos", keys: [{ name: "kept", keptIn: "secrets-manager" }] }),
  (name) => ({
    hosting: "cloudfront",
    secret: { name: `own/${name}`, policyFile: "policy.json" },
    serviceAccountRoles: [
      { name: "csi", serviceAccounts: ["kube-system/ebs"], policies: ["ebs-csi"] },
    ],
  }),
  () => ({
    hosting: "s3-virtual-hosted",
    secretPrefix: "talos",
    keys: [{ name: "kept", keptIn: "secrets-manager" }],
    talos: {
      version: "1.13.2",
      controlPlaneEndpoint: "https://10.0.0.10:6443",
      nodes: [{ name: "red", address: "10.0.0.10", role: "controlplane" }],
      patchFiles: ["patch.yaml"],
    },
  }),
  (name) => ({ hosting: "existing", issuerUrl: `https://oidc.example.org/${name}` }),
];

const clusters = Array.from({ length: 60 }, (_, index) => {
  const name = `cluster-${index}`;
  const kind = kinds[index % kinds.length]?.(name) ?? {};
  const bucket = "issuerUrl" in kind ? {} : { bucket: `acme-${name}` };
  return { name, region: "eu-central-1", ...bucket, ...kind };
});

const files = {
  "irsa.yaml": JSON.stringify({ defaults: { tags: { team: "platform" } }, clusters }),
  "policy.json": "{}",
  "patch.yaml": "machine: {}\n",
  ...Object.fromEntries(clusters.map(({ name }) => [`keys/${name}.pub`, publicKey()])),
};

/** What is left of files that were not completed. */
const unfinished = (cwd: string) =>
  Object.keys(contents(cwd)).filter((name) => name.endsWith(".tmp"));

const stacksIn = (cwd: string) => join(cwd, "cdktf.out/stacks");

function expectWhole(cwd: string): void {
  expect(unfinished(cwd)).toEqual([]);
  const written = contents(stacksIn(cwd));
  for (const [name, text] of Object.entries(written)) {
    if (name.endsWith("cdk.tf.json")) expect(() => JSON.parse(text) as unknown).not.toThrow();
  }
}

test.each<[string, string]>([
  ["synth", "cdktf.out/stacks"],
  ["synth --as module", "irsa-modules"],
])("processes of irsa %s write what one process writes, to the byte", async (words, out) => {
  const alone = await irsa(words.split(" "), { files });
  expect(alone).toMatchObject({ status: 0 });
  const cwd = directory({ files });
  const together = runIn(cwd, ["node", command, ...words.split(" ")]);
  expect({ status: together.status, stdout: together.stdout, stderr: together.stderr }).toEqual({
    status: 0,
    stdout: alone.stdout,
    stderr: alone.stderr,
  });
  expect(contents(join(cwd, out))).toEqual(contents(join(alone.cwd, out)));
  expect(readdirSync(join(cwd, out))).toHaveLength(60);
});

test("processes validate as one process does, with the warnings of all", async () => {
  const warned = clusters.map((cluster) => {
    const url = `https://old.example/${cluster.name}`;
    return {
      ...cluster,
      ...("talos" in cluster ? { previousIssuers: [{ name: "old", url }] } : {}),
    };
  });
  const given = { ...files, "irsa.yaml": JSON.stringify({ clusters: warned }) };
  const alone = await irsa(["validate", "--json"], { files: given });
  expect(alone).toMatchObject({ status: 0 });
  expect((JSON.parse(alone.stdout) as { warnings: string[] }).warnings).not.toEqual([]);
  const { stdout, written } = runIn(
    directory({ files: given }),
    ["node", command, "validate", "--json"],
    { files: given },
  );
  expect({ stdout, written }).toEqual({ stdout: alone.stdout, written: {} });
});

test("a module that was changed by hand stays, and the command says so in one line", () => {
  const cwd = directory({ files: { ...files, "irsa-modules/cluster-20/main.tf": "# changed" } });
  const { status, stdout, stderr } = runIn(cwd, ["node", command, "synth", "--as", "module"]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toBe(
    "irsa-modules/cluster-20/main.tf exists with other content; replace it with --force\n",
  );
  const modules = contents(join(cwd, "irsa-modules"));
  expect(modules["cluster-20/main.tf"]).toBe("# changed");
  expect(unfinished(cwd)).toEqual([]);
});

test("processes write HCL, in place of JSON", () => {
  const cwd = directory({ files });
  for (const argv of [[], ["--hcl"]]) runIn(cwd, ["node", command, "synth", ...argv]);
  const names = Object.keys(contents(stacksIn(cwd)));
  expect(names.filter((name) => name.endsWith("/cdk.tf"))).toHaveLength(60);
  expect(names.filter((name) => name.endsWith(".json"))).toEqual([]);
});

test("a stack that cannot be written ends all of them in one line, and none is half written", () => {
  const cwd = directory({ files });
  mkdirSync(stacksIn(cwd), { recursive: true });
  writeFileSync(join(stacksIn(cwd), "cluster-20"), "a file");
  const { status, stdout, stderr } = runIn(cwd, ["node", command, "synth"]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^cdktf\.out\/stacks\/cluster-20\/.* cannot be written: .*\n$/);
  expectWhole(cwd);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "after %s no stack is half written, and no process goes on",
  async (signal) => {
    // More than any machine writes before the signal comes.
    const many = Array.from({ length: 1000 }, (_, index) => {
      const name = `cluster-${index}`;
      return { name, region: "eu-central-1", bucket: `acme-${name}`, secretPrefix: "talos" };
    });
    const cwd = directory({ files: { "irsa.yaml": JSON.stringify({ clusters: many }) } });
    const tmp = directory({});
    const options = {
      cwd,
      detached: true,
      stdio: "ignore" as const,
      env: { ...process.env, TMPDIR: tmp },
    };
    const child = spawn("node", [command, "synth"], options);
    const exited = new Promise((resolve) => child.once("exit", resolve));
    const group = -(child.pid ?? NaN);
    const first = join(stacksIn(cwd), "cluster-0/cdk.tf.json");
    while (!existsSync(first) && child.exitCode === null) await sleep(2);
    expect(child.exitCode).toBeNull();
    // Ctrl-C reaches the whole group; what ends a process by its id reaches that alone.
    process.kill(signal === "SIGINT" ? group : -group, signal);
    await exited;
    while (isRunning(group)) await sleep(20);
    expectWhole(cwd);
    expect(readdirSync(tmp)).toEqual([]);
  },
);

function isRunning(group: number): boolean {
  try {
    process.kill(group, 0);
    return true;
  } catch {
    return false;
  }
}
