import type { Evidence } from "../../../modules/diagnosis";
import { freePort } from "../../../sandbox/listen";
import { irsa } from "../run";

const doctor = (line: string, files: Readonly<Record<string, string>> = {}) =>
  irsa(["doctor", ...line.split(" ").filter((word) => word !== "")], { files, env: { PATH: "" } });

test.each([
  ["--from seen --all --call-sts", "--from looks at nothing else: leave out --all, --call-sts\n"],
  ["prod --all", "--all looks at every cluster: leave out the cluster\n"],
  ["--all --pod a/b", "--all looks at every cluster: leave out --pod\n"],
  [
    "prod --issuer-url https://a.example",
    "--issuer-url is in place of a cluster: leave out the cluster\n",
  ],
  [
    "--issuer-url http://a.example",
    '--issuer-url must begin with https://, got "http://a.example"\n',
  ],
  ["--audience x", "--audience goes with --issuer-url: a cluster's configuration says its own\n"],
  ["--pod a", '--pod must be NAMESPACE/NAME, got "a"\n'],
  ["--service-account A/b", '--service-account must be NAMESPACE/NAME, got "A/b"\n'],
  ["--service-account a/../b", '--service-account must be NAMESPACE/NAME, got "a/../b"\n'],
  [
    "--pod a/b --service-account a/c",
    "a pod has one ServiceAccount: leave out --service-account\n",
  ],
  ["--timeout 0", "--timeout must be a whole number from 1 to 600, got 0\n"],
  ["--format sarif", '--format must be one of text, json, junit, got "sarif"\n'],
  ["--json --format text", "--json and --format are both given: leave one out\n"],
  [
    "",
    "there is no irsa.yaml and no clusters/*.yaml; write one with irsa init, or name a file with --config\n",
  ],
])("irsa doctor %s: says what is wrong, and looks at nothing", async (line, message) => {
  const { status, stdout, stderr } = await doctor(line);
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: message });
});

test("irsa doctor --role-arn takes an ARN of a role alone", async () => {
  const { status, stderr } = await doctor("--role-arn arn:aws:iam::111122223333:user/x");
  expect([status, stderr]).toEqual([1, expect.stringContaining("--role-arn must")]);
});

describe("irsa doctor --from", () => {
  test.each([
    [{}, "seen cannot be read: it does not exist\n"],
    [{ "seen/readme.txt": "" }, "seen has no evidence: irsa doctor --evidence writes it\n"],
    [
      { "seen/prod.json": "<html>" },
      "seen/prod.json must be evidence that irsa doctor --evidence wrote\n",
    ],
    [
      { "seen/prod.json": '{"format": 2, "evidence": {}}' },
      "seen/prod.json is of another version of irsa: its format must be 1\n",
    ],
  ])("%j: says what is wrong", async (files, message) => {
    const { status, stdout, stderr } = await doctor("--from seen", files);
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: message });
  });

  test("evidence that somebody has cut is diagnosed as far as it goes", async () => {
    const text = '{"format": 1, "evidence": {"target": {"cluster": "prod"}, "pods": 7}}';
    const { status, stdout } = await doctor("--from seen", { "seen/prod.json": text });
    expect(status).toBe(3);
    expect(stdout).toContain("it is not in the evidence");
  });
});

describe("irsa doctor explain", () => {
  test("says what a log means, as irsa manifests smoke-test --explain does", async () => {
    const input = "An error occurred (InvalidIdentityToken): Incorrect token audience";
    const { status, stdout } = await irsa(["doctor", "explain"], { input });
    const older = await irsa(["manifests", "smoke-test", "--explain"], { input });
    expect([status, stdout]).toEqual([0, older.stdout]);
    expect(stdout).toContain("IRSA-ANSWER-AUDIENCE");
  });
});

test("without AWS credentials, Terraform's state says what IAM should have", async () => {
  const issuer = "https://oidc.acme.example/prod";
  const arn = "arn:aws:iam::111122223333:oidc-provider/oidc.acme.example/prod";
  const provider = {
    type: "aws_iam_openid_connect_provider",
    values: { arn, url: "oidc.acme.example/prod", client_id_list: ["sts.amazonaws.com"] },
  };
  const files = {
    "irsa.yaml": `clusters: [{ name: prod, region: eu-central-1, hosting: self-published, issuerUrl: "${issuer}", secretPrefix: talos }]`,
    "cdktf.out/stacks/prod/output.json": JSON.stringify({ issuer_url: { value: issuer } }),
    "cdktf.out/stacks/prod/show.json": JSON.stringify({
      values: { root_module: { resources: [provider] } },
    }),
    "terraform.sh": '#!/bin/sh\ncat "$1.json"\n',
  };
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const environment = { ...process.env };
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: "true", AWS_CONFIG_FILE: "/dev/null" });
  const { status, written } = await irsa(["doctor", "prod", "--evidence", "seen"], {
    files,
    env: (cwd) => ({
      PATH: "/bin:/usr/bin",
      KUBECONFIG: "/dev/null",
      TERRAFORM_BINARY_NAME: `${cwd}/terraform.sh`,
      HTTPS_PROXY: nobody,
    }),
  });
  process.env = environment;
  const { evidence } = JSON.parse(written["seen/prod.json"] ?? "{}") as { evidence: Evidence };
  expect(evidence.account).toEqual({
    value: {
      ...{ accountId: "111122223333", partition: "aws", source: "terraform" },
      providers: [{ arn, url: issuer, clientIds: ["sts.amazonaws.com"], thumbprints: [] }],
    },
  });
  expect(status).toBe(1);
}, 60_000);
