import { keys } from "../modules/cluster/keys";
import { base64Key, command, directory, irsa, issuer, runIn, terraformOutput } from "./run";

const files = { "outputs.json": terraformOutput(), "sa.key": keys.pkcs1 };
const talos = "cluster-config talos --talos-version 1.13 --terraform-output outputs.json";
const onTerminal = (argv: string, input = "") =>
  irsa(argv.split(" "), { files, input, isTerminal: true });

test.each(["", " --out -"])(
  "a private key is not shown, and other mistakes are: %s",
  async (out) => {
    const run = await onTerminal(`${talos} --api-audience a,b${out}`);
    expect(run).toMatchObject({ status: 1, stdout: "", written: {} });
    expect(run.stderr).toContain("the private key is not printed to a terminal");
    expect(run.stderr).toMatch(/^(--api-audience|'apiAudiences\[0\]') must /m);
    expect(run.stderr).not.toContain(base64Key.slice(0, 40));
  },
);

test("a private key is shown when asked for", async () => {
  const { status, stdout } = await onTerminal(`${talos} --show-private-key`);
  expect(status).toBe(0);
  expect(stdout).toContain(base64Key);
});

test("a private key goes to a file", async () => {
  const { status, stdout, written } = await onTerminal(`${talos} --out patch.yaml`);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "Wrote patch.yaml\n" });
  expect(written["patch.yaml"]).toContain(base64Key);
});

test("what contains no private key is shown", async () => {
  const { status, stdout } = await onTerminal(`cluster-config k3s --issuer-url ${issuer}`);
  expect([status, stdout]).toEqual([
    0,
    expect.stringContaining(`service-account-issuer=${issuer}`),
  ]);
});

test("what is typed is not read as Terraform's output", async () => {
  const input = JSON.stringify({ issuer_url: { value: issuer } });
  const { status, stderr } = await onTerminal("cluster-config k3s", input);
  expect([status, stderr]).toEqual([1, expect.stringContaining("give --issuer-url, or")]);
});

describe("titles of help", () => {
  const bold = "\u001b[1m";
  const help = (isTerminal: boolean, env = {}) => irsa(["--help"], { isTerminal, env });

  it.each([
    ["are bold on a terminal", true, {}, true],
    ["are plain elsewhere", false, {}, false],
    ["are plain with NO_COLOR", true, { NO_COLOR: "1" }, false],
    ["are bold with NO_COLOR empty", true, { NO_COLOR: "" }, true],
    ["are plain on a dumb terminal", true, { TERM: "dumb" }, false],
  ])("%s", async (_, isTerminal, env, isBold) => {
    expect((await help(isTerminal, env)).stdout.includes(bold)).toBe(isBold);
  });
});

const version = runIn(directory({}), ["script", "--version"]);
const hasScript = version.status === 0 && version.stdout.includes("util-linux");
const withScript = hasScript || process.env.E2E === "required" ? test : test.skip;

withScript("a pseudo terminal is one (needs script of util-linux)", () => {
  const run = (redirect: string) => {
    const line = `node '${command}' ${talos} ${redirect}`;
    return runIn(directory({ files }), ["script", "-qec", line, "typescript"], { files });
  };
  const refused = run("");
  expect(refused.status).toBe(1);
  expect(refused.stdout).toContain("the private key is not printed to a terminal");
  expect(run("> patch.yaml").written["patch.yaml"]).toContain(base64Key);
});
