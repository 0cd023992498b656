import { terminalRefusal } from "../../cli/output/result";
import { keys } from "../modules/cluster/keys";
import { base64Key, command, directory, issuer, runIn, terraformOutput } from "./run";

const files = { "outputs.json": terraformOutput(), "sa.key": keys.pkcs1 };
const version = runIn(directory({}), ["script", "--version"]);
const hasScript = version.status === 0 && version.stdout.includes("util-linux");
const inTerminal =
  hasScript || process.env.E2E === "required"
    ? describe
    : (title: string, suite: () => void) => {
        describe.skip(`${title} (skipped for lack of script of util-linux)`, suite);
      };

/** Runs `irsa` with a pseudo terminal as standard input and output. */
function irsaInTerminal(argv: string, redirect = "", input = "") {
  const line = `node '${command}' ${argv} ${redirect}`;
  return runIn(directory({ files }), ["script", "-qec", line, "typescript"], { files, input });
}

describe("a private key is refused", () => {
  it.each([
    [{}, true, true],
    [{ out: "-" }, true, true],
    [{ showPrivateKey: true }, true, false],
    [{ out: "patch.yaml" }, true, false],
    [{}, false, false],
  ])("%j on a terminal (%s): %s", (options, isTerminal, refused) => {
    expect(terminalRefusal(options, isTerminal) !== undefined).toBe(refused);
  });
});

inTerminal("in a terminal", () => {
  const talos = "cluster-config talos --talos-version 1.13 --terraform-output outputs.json";

  it("a private key is not shown, and the other mistakes are told besides", () => {
    const { status, stdout, written } = irsaInTerminal(`${talos} --api-audience a,b`);
    expect(status).toBe(1);
    expect(stdout).toContain("the private key is not printed to a terminal");
    expect(stdout).toContain("'apiAudiences[0]' must be");
    expect(stdout).not.toContain(base64Key.slice(0, 40));
    expect(Object.keys(written)).toEqual(["typescript"]);
  });

  it("a private key is shown when asked for", () => {
    const { status, stdout } = irsaInTerminal(`${talos} --show-private-key`);
    expect(status).toBe(0);
    expect(stdout).toContain(base64Key);
  });

  it.each([
    ["a redirect", "> patch.yaml"],
    ["a pipe", "| cat > patch.yaml"],
    ["a file", "--out patch.yaml"],
  ])("a private key goes to %s", (_, redirect) => {
    const { status, stdout, written } = irsaInTerminal(talos, redirect);
    expect(status).toBe(0);
    expect(stdout).not.toContain(base64Key.slice(0, 40));
    expect(written["patch.yaml"]).toContain(base64Key);
  });

  it("what holds no private key is shown", () => {
    const { status, stdout } = irsaInTerminal(`cluster-config k3s --issuer-url ${issuer}`);
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining(`service-account-issuer=${issuer}`),
    ]);
  });

  it("what is typed is not read as Terraform's output", () => {
    const input = `${JSON.stringify({ issuer_url: { value: issuer } })}\n`;
    const { status, stdout } = irsaInTerminal("cluster-config k3s", "", input);
    expect([status, stdout]).toEqual([1, expect.stringContaining("give --issuer-url, or")]);
  });
});
