import { PassThrough, Readable } from "node:stream";
import { join } from "node:path";
import { readStackOfCluster, type StackOutputOptions } from "../../cli/input/stack-outputs";
import { Host } from "../../cli/io/host";
import { directory, terraformOutput, values } from "./run";

const hostpath = "acme-prod-oidc.s3.eu-central-1.amazonaws.com";
const provider = `arn:aws:iam::111122223333:oidc-provider/${hostpath}`;
const configuration = `clusters:
  - name: prod
    region: eu-central-1
    accountId: "111122223333"
    hosting: s3-virtual-hosted
    bucket: acme-prod-oidc
    secretPrefix: talos
  - name: other
    region: eu-west-1
    bucket: acme-other-oidc
    secretPrefix: talos
`;
const own = {
  issuer_url: `https://${hostpath}`,
  jwks_uri: `https://${hostpath}/keys.json`,
  oidc_provider_arn: provider,
};
const outputs = (changes: object = {}) => terraformOutput({ ...own, ...changes });

/** A program that says as which it was called, where and how, and answers as Terraform does. */
const terraform = (answer: string) => `#!/bin/sh
echo "$(basename "$0") $* in $PWD" >> "$CALLS"
${answer}
`;
const printed = terraform("cat ../outputs.json 2>/dev/null || cat outputs.json");
const failing = terraform(
  `printf '╷\n│ Error: Backend initialization required, please run "terraform init"\n│\n│ Reason: new' >&2; exit 1`,
);

/** Reads a cluster in a directory with files, some of them programs on the PATH. */
async function read(
  name: string,
  files: Readonly<Record<string, string>>,
  options: StackOutputOptions = {},
  { env = {}, input = "" }: { env?: Readonly<Record<string, string>>; input?: string } = {},
) {
  const cwd = directory({ files: { "irsa.yaml": configuration, ...files } });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const PATH = `${join(cwd, "bin")}:/bin:/usr/bin`;
  const whole = { CALLS: join(cwd, "calls"), PATH, ...env };
  const stdin = Readable.from([Buffer.from(input)]);
  const host = new Host({ stdin, stdout, stderr, env: whole, cwd });
  const stack = await readStackOfCluster(name, options, host);
  const { readFileSync, existsSync } = await import("node:fs");
  const calls = existsSync(whole.CALLS) ? readFileSync(whole.CALLS, "utf8") : "";
  return { ...stack, calls: calls.replaceAll(cwd, "CWD") };
}

const applied = { "cdktf.out/stacks/prod/outputs.json": outputs() };

test("a cluster and its outputs, as terraform prints them in the stack's directory", async () => {
  const {
    cluster,
    outputs: read_,
    calls,
  } = await read("prod", { ...applied, "bin/terraform": printed });
  expect(calls).toBe("terraform output -json -no-color in CWD/cdktf.out/stacks/prod\n");
  expect(cluster).toMatchObject({ name: "prod", region: "eu-central-1" });
  const { signing_key: _, pod_identity_webhook_map: __, ...known } = values;
  expect(read_).toEqual({ ...known, ...own });
});

test.each([
  ["tofu where there is no terraform", { "bin/tofu": printed }, {}, "tofu"],
  ["terraform before tofu", { "bin/tofu": printed, "bin/terraform": printed }, {}, "terraform"],
  [
    "the binary that is named",
    { "bin/tofu": printed, "bin/terraform": printed },
    { TERRAFORM_BINARY_NAME: "tofu" },
    "tofu",
  ],
])("%s is run", async (_title, programs, env, binary) => {
  const { calls } = await read("prod", { ...applied, ...programs }, {}, { env });
  expect(calls.split(" ")[0]).toBe(binary);
});

test("another directory, a file and standard input take its place", async () => {
  const elsewhere = { "live/prod/outputs.json": outputs(), "bin/terraform": printed };
  const { calls } = await read("prod", elsewhere, { stackDirectory: "live/prod" });
  expect(calls).toMatch(/ in CWD\/live\/prod\n$/);
  const file = await read("prod", { "o.json": outputs() }, { terraformOutput: "o.json" });
  const input = await read("prod", {}, { terraformOutput: "-" }, { input: outputs() });
  for (const { outputs: found, calls } of [file, input]) {
    expect([found.issuer_url, calls]).toEqual([own.issuer_url, ""]);
  }
});

test("what cdktf writes of several stacks is read by the cluster's name", async () => {
  const stacks = { other: { issuer_url: "https://a.example" }, prod: own };
  const files = { "cdktf.json": JSON.stringify(stacks) };
  const { outputs: found } = await read("prod", files, { terraformOutput: "cdktf.json" });
  expect(found).toEqual(own);
});

test("an output without a value is missing", async () => {
  const files = { "o.json": outputs({ aws_region: null, role_arns: null }) };
  const { outputs: found } = await read("prod", files, { terraformOutput: "o.json" });
  expect([found.aws_region, found.role_arns]).toEqual([undefined, undefined]);
});

const whatToDo =
  "run irsa synth prod, then terraform init and terraform apply in cdktf.out/stacks/prod; or name its directory with --stack-directory, or its outputs with --terraform-output";
const file = { terraformOutput: "o.json" };

test.each<[string, Readonly<Record<string, string>>, StackOutputOptions, string | RegExp]>([
  [
    "a stack that is not written",
    { "bin/terraform": printed },
    {},
    `the outputs of prod are missing: the directory cdktf.out/stacks/prod does not exist\n${whatToDo}`,
  ],
  [
    "a stack that is not initialized",
    { ...applied, "bin/terraform": failing },
    {},
    `the outputs of prod are missing: terraform output -json failed in cdktf.out/stacks/prod: Backend initialization required, please run "terraform init" Reason: new\n${whatToDo}`,
  ],
  [
    "a Terraform that ends without a word",
    { ...applied, "bin/terraform": terraform("exit 3") },
    {},
    "terraform output -json failed in cdktf.out/stacks/prod: it ended with exit code 3",
  ],
  [
    "a stack that is not applied",
    { ...applied, "bin/terraform": terraform("echo '{ }'") },
    {},
    `prod is not applied yet: what Terraform prints in cdktf.out/stacks/prod has no outputs\n${whatToDo}`,
  ],
  [
    "neither binary",
    applied,
    {},
    `neither terraform nor tofu is on the PATH; name one with TERRAFORM_BINARY_NAME\n${whatToDo}`,
  ],
  [
    "something else on standard output",
    { ...applied, "bin/terraform": terraform("echo '{\"a\":'") },
    {},
    "what Terraform prints in cdktf.out/stacks/prod must be what `terraform output -json` prints",
  ],
  [
    "an output of another shape",
    { "o.json": outputs({ role_arns: ["a"], talos_endpoints: [1] }) },
    file,
    /^Terraform's output role_arns is not as .*\nTerraform's output talos_endpoints\.0 is not as/,
  ],
  [
    "a token of CDKTF",
    { "o.json": outputs({ key_ids: ["${TfToken[TOKEN.0]}"] }) },
    file,
    "Terraform's output key_ids must not contain a token of CDKTF",
  ],
  [
    "another cluster's outputs",
    {
      "o.json": outputs({
        issuer_url: "https://other.example",
        aws_region: "eu-west-1",
        oidc_provider_arn: "arn:aws:iam::999999999999:oidc-provider/other.example",
      }),
    },
    file,
    `o.json is of another cluster, or older than the configuration; apply first, or name the outputs of prod:
the issuer is "https://other.example", where the configuration of prod has "https://${hostpath}"
the region is "eu-west-1", where the configuration of prod has "eu-central-1"
the account is "999999999999", where the configuration of prod has "111122223333"`,
  ],
  [
    "a wrong configuration",
    { "irsa.yaml": "clusters: [{ nam: prod }]" },
    {},
    /irsa\.yaml:1:14 .*nam/,
  ],
])("%s is reported, with what to do", async (_title, files, options, message) => {
  await expect(read("prod", files, options)).rejects.toThrow(message);
});

test("an unknown cluster and an unknown binary are named", async () => {
  await expect(read("prdo", {})).rejects.toThrow(
    'the cluster must be one of prod, other, got "prdo"',
  );
  const env = { TERRAFORM_BINARY_NAME: "terrafrom" };
  await expect(read("prod", applied, {}, { env })).rejects.toThrow(
    "TERRAFORM_BINARY_NAME names terrafrom, which is not on the PATH",
  );
});

test("no message quotes a private key of the outputs", async () => {
  const broken = terraformOutput().slice(0, -1);
  const error = await read("prod", { "o.json": broken }, file).catch((each: unknown) =>
    String(each),
  );
  expect(error).toMatch(/^UsageError|^Error/);
  expect(error).not.toContain(values.signing_key.slice(100, 140));
});
