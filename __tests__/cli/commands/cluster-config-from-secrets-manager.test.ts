import { statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { readTalosPrivateKey } from "../../../modules/cluster";
import { keys } from "../../modules/cluster/keys";
import { base64Key, irsa, terraformOutput } from "../run";

const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:talos/prod/key-AbCdEf";
const versionId = "11111111-2222-3333-4444-555555555555";

/** What Secrets Manager answers. */
interface Answer {
  readonly status: number;
  readonly body: object;
}
const requests: { target: string; authorization: string; body: unknown }[] = [];
let answer: Answer;
let server: Server;
const environment = { ...process.env };

beforeAll(async () => {
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_ACCESS_KEY_ID = "testing";
  process.env.AWS_SECRET_ACCESS_KEY = "testing";
  process.env.AWS_MAX_ATTEMPTS = "1";
});
beforeEach(() => {
  requests.length = 0;
  answer = { status: 200, body: { SecretString: base64Key } };
});
afterAll(() => {
  process.env = environment;
  server.close();
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  requests.push({
    target: String(request.headers["x-amz-target"]),
    authorization: String(request.headers.authorization),
    body: JSON.parse(Buffer.concat(chunks).toString()),
  });
  response
    .writeHead(answer.status, { "content-type": "application/x-amz-json-1.1" })
    .end(JSON.stringify(answer.body));
}

async function outputs(changes: object = {}): Promise<string> {
  const key = await readTalosPrivateKey(keys.pkcs1, { pkcs8: false });
  if (!("publicKey" in key)) throw new Error("the fixture is no key");
  return terraformOutput({
    signing_key: undefined,
    signing_key_secret_arn: arn,
    signing_key_secret_version_id: versionId,
    key_ids: ["another", key.publicKey.kid],
    ...changes,
  });
}
const talos = "cluster-config talos --talos-version 1.13 --out patch.yaml".split(" ");
const kubeadm = "cluster-config kubeadm --signing-key-file /etc/irsa/sa.key --out c.yaml".split(
  " ",
);

test("talos: the patch contains the key of the secret, as it does with the key of an output", async () => {
  const { status, written, stdout, stderr, cwd } = await irsa(talos, { input: await outputs() });
  expect([status, stderr.includes("Next:")]).toEqual([0, true]);
  const fromOutput = await irsa(talos, { input: terraformOutput() });
  expect(written["patch.yaml"]).toBe(fromOutput.written["patch.yaml"]);
  expect(written["patch.yaml"]).toContain(base64Key);
  expect(statSync(join(cwd, "patch.yaml")).mode & 0o777).toBe(0o600);
  expect(stdout + stderr).not.toContain(base64Key.slice(100, 140));
  expect(requests).toEqual([
    {
      target: "secretsmanager.GetSecretValue",
      authorization: expect.stringContaining("/eu-central-1/secretsmanager/") as string,
      body: { SecretId: arn, VersionId: versionId },
    },
  ]);
});

test("talos: a secret with the PEM itself is taken too", async () => {
  answer = { status: 200, body: { SecretString: keys.pkcs1 } };
  const { written } = await irsa(talos, { input: await outputs() });
  expect(written["patch.yaml"]).toContain(base64Key);
});

test.each([
  ["kubeadm", "/etc/irsa/sa.key"],
  ["k3s", "/var/lib/rancher/k3s/server/tls/service.key"],
  ["rke2", "/var/lib/rancher/rke2/server/tls/service.key"],
  ["k0s", "/var/lib/k0s/pki/sa.key"],
  ["microk8s", "/var/snap/microk8s/current/certs/serviceaccount.key"],
])("%s: the key is written beside the configuration, for its owner alone", async (name, place) => {
  const argv = `cluster-config ${name} --signing-key-file ${place} --private-key-out sa.key --out c`;
  const { status, written, stdout, stderr, cwd } = await irsa(argv.split(" "), {
    input: await outputs(),
  });
  expect([status, written["sa.key"]]).toEqual([0, keys.pkcs1]);
  expect(statSync(join(cwd, "sa.key")).mode & 0o777).toBe(0o600);
  expect(written.c).not.toContain("PRIVATE KEY");
  expect(stdout + stderr).not.toContain("PRIVATE KEY");
});

test("kubeadm: the key of the state is written likewise, and no secret is read", async () => {
  const argv = [...kubeadm, "--private-key-out", "sa.key"];
  const { written } = await irsa(argv, { input: terraformOutput() });
  expect(written["sa.key"]).toBe(keys.pkcs1);
  expect(requests).toEqual([]);
});

test("without --private-key-out, no secret is read", async () => {
  expect((await irsa(kubeadm, { input: await outputs() })).status).toBe(0);
  expect(requests).toEqual([]);
});

test.each<[string, Answer, string]>([
  [
    "no permission",
    { status: 400, body: { __type: "AccessDeniedException", Message: "User x is not authorized" } },
    "AccessDeniedException: User x is not authorized; it needs secretsmanager:GetSecretValue on the secret, and kms:Decrypt on its key",
  ],
  [
    "no such secret",
    { status: 400, body: { __type: "ResourceNotFoundException", Message: "can't find it" } },
    "ResourceNotFoundException: can't find it; check the account and the profile",
  ],
  [
    "a deleted secret",
    { status: 400, body: { __type: "InvalidRequestException", Message: "marked for deletion" } },
    "restored by aws secretsmanager restore-secret",
  ],
  [
    "something else in the secret",
    { status: 200, body: { SecretString: "hunter2" } },
    `the secret ${arn} must be a PEM private key, or the base64 of one`,
  ],
  ["a binary secret", { status: 200, body: {} }, "must be a PEM private key"],
  [
    "a key that is not published",
    { status: 200, body: { SecretString: keys.sec1 } },
    "which the issuer does not publish (Terraform's output key_ids: another, ",
  ],
])("%s: nothing is written, and the reason is reported", async (_title, given, message) => {
  answer = given;
  for (const argv of [talos, [...kubeadm, "--private-key-out", "sa.key"]]) {
    const { status, written, stderr } = await irsa(argv, { input: await outputs() });
    expect([status, written]).toEqual([1, {}]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("hunter2");
  }
});

test.each<[string, readonly string[], object, string]>([
  [
    "to a terminal",
    ["cluster-config", "talos", "--talos-version", "1.13"],
    {},
    "the private key is not printed to a terminal",
  ],
  [
    "with another mistake",
    [...talos, "--extra-api-server-arg", "v"],
    {},
    "--extra-api-server-arg must be FLAG=VALUE",
  ],
  [
    "with a key in a file",
    [...talos, "--private-key", "sa.key"],
    {},
    "--private-key and Terraform's output signing_key_secret_arn are both given: leave one out",
  ],
  ["to standard output", [...kubeadm, "--private-key-out", "-"], {}, "must be a file"],
  [
    "that the outputs do not name",
    [...kubeadm, "--private-key-out", "sa.key"],
    { signing_key_secret_arn: undefined },
    "--private-key-out needs Terraform's output signing_key or signing_key_secret_arn",
  ],
  [
    "without its version",
    talos,
    { signing_key_secret_version_id: undefined },
    "needs signing_key_secret_version_id",
  ],
  ["before it is published", talos, { key_ids: null }, "apply first if an apply was interrupted"],
  [
    "of another service",
    talos,
    { signing_key_secret_arn: "arn:aws:s3:::x" },
    "is not the ARN of a secret",
  ],
  [
    "of a cluster that keeps its own key",
    ["cluster-config", "kubeadm"],
    {},
    "--signing-key-file is missing",
  ],
])("no secret is read %s", async (_title, argv, changes, message) => {
  const input = await outputs(changes);
  const isTerminal = _title === "to a terminal";
  const { status, stderr } = await irsa(
    isTerminal ? [...argv, "--terraform-output", "o.json"] : argv,
    {
      input: isTerminal ? "" : input,
      isTerminal,
      files: { "o.json": input, "sa.key": keys.pkcs1 },
    },
  );
  expect([status, requests]).toEqual([1, []]);
  expect(stderr).toContain(message);
});

test("an endpoint that does not answer is named as such", async () => {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  process.env.AWS_ENDPOINT_URL = "http://127.0.0.1:9";
  try {
    const { status, stderr } = await irsa(talos, { input: await outputs() });
    expect(status).toBe(1);
    expect(stderr).toMatch(/cannot be read: .*ECONNREFUSED/);
  } finally {
    process.env.AWS_ENDPOINT_URL = endpoint;
  }
});

test("without credentials, it says how to get some", async () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_SECRET_ACCESS_KEY;
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  });
  try {
    const { status, stderr } = await irsa(talos, { input: await outputs() });
    expect([status, requests]).toEqual([1, []]);
    expect(stderr).toContain("sign in (aws sso login), or choose a profile with AWS_PROFILE");
  } finally {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
  }
});

test("a secret's name without a region is refused, and the flag that gives one is named", async () => {
  const before = process.env;
  process.env = {
    ...before,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_REGION: undefined,
    AWS_DEFAULT_REGION: undefined,
  };
  try {
    const of = ["--cluster-name", "prod", "--endpoint", "10.0.0.11", "--out", "talosconfig"];
    const { status, stderr, written } = await irsa([
      "talosconfig",
      "--machine-secrets",
      "t/s",
      ...of,
    ]);
    expect([status, stderr, written]).toEqual([
      1,
      "the secret t/s cannot be read: Region is missing; name it with --region\n",
      {},
    ]);
  } finally {
    process.env = before;
  }
});
