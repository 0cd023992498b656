import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { version } from "../../../package.json";
import { createProgram } from "../../../cli/program";
import { contents } from "../../support/golden";
import { command, directory, irsa, runIn } from "../run";

const required = ["--region", "eu-central-1", "--bucket", "acme-prod-oidc"];
const ownKey = ["--distribution", "eks-anywhere", "--public-key-file", "sa.pub"];
const publicKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
-----END PUBLIC KEY-----
`;

describe("irsa init without a terminal", () => {
  test("writes a configuration whose key is in Secrets Manager alone, and says what to do next", async () => {
    const { status, stderr, written } = await irsa(["init", ...required]);
    expect(status).toBe(0);
    expect(Object.keys(written).sort()).toEqual([".gitignore", "irsa.yaml"]);
    expect(stderr).toBe(`Next:
  npx self-hosted-irsa synth
  terraform -chdir=cdktf.out/stacks/prod init
  terraform -chdir=cdktf.out/stacks/prod apply
and have the cluster sign under the issuer:
  npx self-hosted-irsa cluster-config prod --out prod.yaml
`);
    const text = written["irsa.yaml"] ?? "";
    expect(text).toMatch(/^# yaml-language-server: \$schema=https:\S+irsa\.schema\.json\n/);
    expect(parse(text)).toEqual({
      clusters: [
        {
          name: "prod",
          talos: { version: "1.13" },
          region: "eu-central-1",
          hosting: "s3-virtual-hosted",
          bucket: "acme-prod-oidc",
          secretPrefix: "irsa",
          keys: [{ name: "key", keptIn: "secrets-manager" }],
        },
      ],
    });
  });

  test.each<[string, readonly string[]]>([
    ["the defaults", required],
    [
      "a backend and an account",
      [...required, "--state-bucket", "acme-state", "--account-id", "111122223333"],
    ],
    [
      "an issuer that is self-published",
      [
        ...["--region", "eu-central-1", "--hosting", "self-published"],
        ...["--issuer-url", "https://oidc.acme.example/prod"],
      ],
    ],
    ["CloudFront", [...required, "--hosting", "cloudfront"]],
    ["a cluster with a key of its own", [...required, ...ownKey]],
    ...["kubeadm", "k3s", "rke2", "k0s", "microk8s"].map((distribution): [string, string[]] => [
      distribution,
      [...required, "--distribution", distribution],
    ]),
  ])("writes what `irsa validate` accepts: %s", async (_what, flags) => {
    const { status, written, stderr } = await irsa(["init", ...flags], {
      files: { "sa.pub": publicKey },
    });
    expect([status, stderr]).toEqual([0, expect.stringContaining("Next:")]);
    const files = { "sa.pub": publicKey, ...written };
    expect(await irsa(["validate"], { files })).toMatchObject({
      status: 0,
      stdout: "Valid: prod\n",
    });
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ["what is missing", [], ["--region is missing", "--bucket is missing"]],
    ["what is wrong", ["--region", "mars", "--bucket", "Q"], ["--region must be", "--bucket must"]],
    [
      "an unknown choice",
      [...required, "--distribution", "foo"],
      ["--distribution must be one of"],
    ],
    [
      "a flag that does not go with another",
      [...required, "--hosting", "self-published", "--issuer-url", "https://a.example/b"],
      ["--bucket does not go with the other answers"],
    ],
    [
      "jobs that would find no state",
      [...required, "--ci", "gitlab-ci"],
      ["--state-bucket is missing: An existing S3 bucket"],
    ],
    [
      "a public key that cannot be read",
      [...required, ...ownKey],
      ["--public-key-file must name a file"],
    ],
    [
      "a region that no release knows, and the property that takes it",
      ["--region", "eu-centrall-1", "--bucket", "acme-prod-oidc"],
      [
        "--region must be a known AWS region such as eu-central-1; set skipRegionValidation for one",
      ],
    ],
  ])("names the flags of %s, and writes nothing", async (_what, flags, sentences) => {
    const { status, stderr, written } = await irsa(["init", ...flags]);
    expect([status, written]).toEqual([1, {}]);
    for (const sentence of sentences) expect(stderr).toContain(sentence);
  });

  test("changes nothing where one of its files exists, even an equal one", async () => {
    const files = { ".gitignore": "mine\n", "irsa.yaml": "clusters: []\n" };
    const { status, stderr, written } = await irsa(["init", ...required], { files });
    expect([status, written]).toEqual([1, {}]);
    expect(stderr).toContain("nothing was written, because these exist: irsa.yaml, .gitignore;");
  });

  test("writes a cdktf.json whose app is the command, on request", async () => {
    const { written } = await irsa(["init", ...required, "--cdktf", "--no-gitignore"]);
    expect(Object.keys(written).sort()).toEqual(["cdktf.json", "irsa.yaml"]);
    expect(JSON.parse(written["cdktf.json"] ?? "")).toMatchObject({
      language: "typescript",
      app: `npx --yes self-hosted-irsa@${version} synth`,
    });
  });

  test("changes nothing where one of the files for jobs exists", async () => {
    const files = { ".gitlab-ci.yml": "test: { script: [make test] }\n" };
    const argv = ["init", ...required, "--state-bucket", "acme-state", "--ci", "gitlab-ci"];
    const { status, stderr, written } = await irsa(argv, { files });
    expect([status, written]).toEqual([1, {}]);
    expect(stderr).toContain("because these exist: .gitlab-ci.yml; write elsewhere");
  });

  test("leaves a .gitignore alone with --no-gitignore", async () => {
    const files = { ".gitignore": "mine\n" };
    const argv = ["init", ...required, "--no-gitignore"];
    const { status, written } = await irsa(argv, { files });
    expect([status, Object.keys(written)]).toEqual([0, ["irsa.yaml"]]);
  });
});

/** Answers questions as they come: keys for each message that is shown. */
async function answer(argv: readonly string[], answers: readonly (readonly [string, string])[]) {
  const cwd = directory({});
  const terminal = { isTTY: true, columns: 80, rows: 24 };
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const stderr = Object.assign(new PassThrough(), terminal);
  const stdout = Object.assign(new PassThrough(), { isTTY: false });
  let shown = "";
  stderr.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  stdout.resume();
  let status: number | undefined;
  const run = createProgram({ stdin, stdout, stderr, env: {}, cwd })
    .run(argv)
    .then((code) => (status = code));
  for (const [message, keys] of answers) {
    while (!shown.includes(message) && status === undefined) await sleep(10);
    await sleep(20);
    for (const key of keys) stdin.write(key);
  }
  await run;
  return { status, shown, written: contents(cwd) };
}

describe("irsa init on a terminal", () => {
  test("asks what no flag answers, refuses a wrong answer at once, and takes defaults", async () => {
    const { status, shown, written } = await answer(
      [
        "init",
        "--distribution",
        "k3s",
        "--hosting",
        "s3",
        "--ci",
        "none",
        "--account-id",
        "111122223333",
      ],
      [
        ["The cluster's name", "lab\r"],
        ["AWS region", "mars\r"],
        ["must be an AWS region", "\u007f\u007f\u007f\u007feu-west-1\r"],
        ["Name of the bucket", "acme-lab\r"],
        ["Prefix of the secret", "\r"],
        ["An existing S3 bucket", "\r"],
      ],
    );
    expect([status, shown]).toEqual([0, expect.stringContaining("Next:")]);
    expect(parse(written["irsa.yaml"] ?? "")).toMatchObject({
      clusters: [
        {
          name: "lab",
          region: "eu-west-1",
          hosting: "s3",
          bucket: "acme-lab",
          secretPrefix: "irsa",
        },
      ],
    });
  });

  test("writes nothing when it is cancelled", async () => {
    const { status, shown, written } = await answer(["init"], [["The cluster's name", "\u0003"]]);
    expect([status, written]).toEqual([1, {}]);
    expect(shown).toContain("cancelled: nothing was written");
  });
});

test("the built command has the questions inside", () => {
  const { status, stderr } = runIn(directory({}), ["node", command, "init", ...required, "--yes"]);
  expect([status, stderr]).toEqual([0, expect.stringContaining("Next:")]);
});
