import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { generateKeyPairSync } from "node:crypto";
import { App } from "cdktf";
import { decodeProtectedHeader } from "jose";
import { parseConfig } from "../../config/load";
import { decideWebIdentity } from "../../modules/trust";
import { temporaryDirectory } from "../../sandbox/directory";
import { LocalCloud } from "../../sandbox/local-cloud";
import { type Discovery, signToken } from "../../sandbox/relying-party";
import type { Terraform } from "../../sandbox/terraform-runner";
import { addStacks } from "../../stacks/add-stacks";
import { irsa } from "../cli/run";
import { describeWith } from "./support/describe-with";
import { keyIdOf, published, publicPem } from "./support/issuer";

/*
 * A move to another issuer and then a change of the signing key, by the steps of the command and applied
 * each. After every change that the emulator makes, a token of each key and issuer that is still in use is
 * presented to the role, as STS and IAM decide.
 */

const buckets = { oidc: "acme-prod-oidc", "oidc-2": "acme-prod-oidc-2" };
const issuers = {
  oidc: `https://s3.eu-central-1.amazonaws.com/${buckets.oidc}`,
  "oidc-2": `https://${buckets["oidc-2"]}.s3.eu-central-1.amazonaws.com`,
};
type IssuerName = keyof typeof issuers;

const start = `# prod, as the Talos documentation has it
clusters:
  - name: prod
    region: eu-central-1
    hosting: s3
    bucket: ${buckets.oidc}
    thumbprint: none
    keys:
      - { name: sa, publicKeyFile: sa.pub }
    kubeadm: {}
    serviceAccountRoles:
      - { name: app, serviceAccounts: [default/default] }
`;

const makeKey = () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs1", format: "pem" }).toString();
};
const privateKeys = { "sa.pub": makeKey(), "sa-2.pub": makeKey() };
type KeyFile = keyof typeof privateKeys;
const publicKeys: Record<string, string> = Object.fromEntries(
  Object.entries(privateKeys).map(([file, pem]) => [file, publicPem(pem)]),
);

/** A key and an issuer that tokens in use are of. */
type InUse = readonly [KeyFile, IssuerName];

const dayAgo = () => Math.floor(Date.now() / 1000) - 25 * 3600;

describeWith(["terraform", "aws", "emulator"], "day two of an issuer", () => {
  let cloud: LocalCloud;
  let terraform: Terraform;
  let config = start;
  let inUse: readonly InUse[] = [];
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    terraform = await cloud.terraform(await synthesized());
    await terraform.apply();
  });
  afterAll(() => cloud.stop());

  /** The stack of the configuration. */
  async function synthesized(): Promise<string> {
    const outdir = temporaryDirectory("day-two");
    const text = config.replace(
      /publicKeyFile: ([\w.-]+)/g,
      (_, file: string) => `publicKey: ${JSON.stringify(publicKeys[file])}`,
    );
    const app = new App({ outdir });
    addStacks(app, await parseConfig(text, "irsa.yaml"));
    app.synth();
    return join(outdir, "stacks/prod");
  }

  async function token([key, issuer]: InUse, issuedAt?: number): Promise<string> {
    const privateKeyPem = privateKeys[key];
    const keyId = (await keyIdOf(privateKeyPem)) ?? "";
    return signToken({ privateKeyPem, keyId, issuer: issuers[issuer], issuedAt });
  }

  async function trustPolicy(): Promise<unknown> {
    const xml = await cloud.api.iam("GetRole", { RoleName: "app" });
    const [, encoded = ""] = /<AssumeRolePolicyDocument>(.*?)</s.exec(xml) ?? [];
    return JSON.parse(decodeURIComponent(encoded));
  }

  /** @throws {Error} AWS refuses a token that is in use */
  async function assertAllAccepted(after: string): Promise<void> {
    const providers = await cloud.api.iam("ListOpenIDConnectProviders");
    const policy = await trustPolicy();
    for (const each of inUse) {
      const url = issuers[each[1]];
      const hostpath = url.slice("https://".length);
      const arn = `arn:aws:iam::123456789012:oidc-provider/${hostpath}`;
      if (!providers.includes(`<Arn>${arn}</Arn>`)) throw new Error(`${arn} is missing ${after}`);
      const text = await token(each);
      const { discovery, jwks } = await cloud.relyingParty.discover(url);
      const { isAllowed, findings } = await decideWebIdentity({
        token: text,
        documents: { discovery, jwks: JSON.stringify(jwks) },
        provider: { url, arn, clientIds: ["sts.amazonaws.com"] },
        trustPolicy: policy,
        now: new Date(),
      });
      if (!isAllowed) {
        const { kid = "" } = decodeProtectedHeader(text);
        throw new Error(`${url} (${kid}) is refused ${after}: ${findings[0]?.what ?? ""}`);
      }
    }
  }

  /** Applies the configuration while tokens are in use. */
  async function apply(...tokens: readonly InUse[]): Promise<number> {
    inUse = tokens;
    await assertAllAccepted("before the apply");
    const observed = cloud.proxy.observe(({ method, path, action }) =>
      assertAllAccepted(`after ${action || `${method} ${path}`}`),
    );
    cpSync(await synthesized(), terraform.directory, { recursive: true });
    await terraform.apply();
    cloud.proxy.clear();
    await assertAllAccepted("after the apply");
    expect(observed.failures).toEqual([]);
    return observed.changes.length;
  }

  /** Takes the next step of a plan, by what can be seen in the emulator. */
  async function next(
    command: "migrate" | "rotate",
    options: readonly string[],
    files: Readonly<Record<string, string>> = {},
  ) {
    const outputs = await terraform.outputs();
    const values = outputs.names.map((name) => [name, { value: outputs.value(name) }]);
    const document = async (name: string) =>
      (await published(cloud, buckets["oidc-2"], name)) ?? "";
    const run = await irsa(
      [command, "prod", "--json", "--terraform-output", "outputs.json", ...options, "--next"],
      {
        files: {
          "irsa.yaml": config,
          ...publicKeys,
          "outputs.json": JSON.stringify(Object.fromEntries(values)),
          "documents/openid-configuration": await document(".well-known/openid-configuration"),
          "documents/keys.json": await document("keys.json"),
          "roles.json": JSON.stringify({
            Roles: [{ RoleName: "app", AssumeRolePolicyDocument: await trustPolicy() }],
          }),
          ...files,
        },
      },
    );
    if (run.status !== 0) throw new Error(run.stderr);
    config = run.written["irsa.yaml"] ?? "";
    const { steps } = JSON.parse(run.stdout) as { steps: readonly { step: string }[] };
    return steps[0]?.step;
  }

  const accepting = (...names: readonly IssuerName[]) => ({
    "pods.json": JSON.stringify({
      items: [
        {
          metadata: { name: "kube-apiserver-1" },
          spec: {
            containers: [
              {
                name: "kube-apiserver",
                command: names.flatMap((name) => ["--service-account-issuer", issuers[name]]),
              },
            ],
          },
        },
      ],
    }),
  });

  test("the cluster moves to another issuer", async () => {
    const to = ["--to", "s3-virtual-hosted", "--bucket", buckets["oidc-2"]];
    expect(await next("migrate", to)).toBe("stage");
    expect(await apply(["sa.pub", "oidc"])).toBeGreaterThan(5);

    const evidence = ["--documents", "documents", "--roles", "roles.json"];
    const unsafe = next(
      "migrate",
      [...evidence, "--api-server-pods", "pods.json"],
      accepting("oidc"),
    );
    await expect(unsafe).rejects.toThrow("kube-apiserver-1 does not accept oidc-2");
    const pods = [...evidence, "--api-server-pods", "pods.json"];
    expect(await next("migrate", pods, accepting("oidc", "oidc-2"))).toBe("promote");
    await apply(["sa.pub", "oidc"], ["sa.pub", "oidc-2"]);

    const used = { token: await token(["sa.pub", "oidc-2"], dayAgo()) };
    expect(await next("migrate", ["--token", "token"], used)).toBe("drain");
    const fresh = { token: await token(["sa.pub", "oidc-2"]) };
    const unseen = next("migrate", ["--token", "token"], fresh);
    await expect(unseen).rejects.toThrow("Whether every role of the account that trusts oidc");
    expect(await next("migrate", ["--token", "token", "--roles", "roles.json"], fresh)).toBe(
      "retire",
    );
    await apply(["sa.pub", "oidc-2"]);
    expect((await terraform.plan()).empty).toBe(true);
    expect(await published(cloud, buckets.oidc)).toBeUndefined();
    expect(config).toContain(
      `    hosting: s3-virtual-hosted\n    bucket: ${buckets["oidc-2"]}\n    issuerName: oidc-2\n    retiredIssuers:\n      - oidc\n`,
    );
  });

  test("an issuer that is not retired is not destroyed", async () => {
    const [before] = [readFileSync(join(terraform.directory, "cdk.tf.json"), "utf8")];
    const [present] = [config];
    config = config
      .replace("issuerName: oidc-2", "issuerName: oidc-3")
      .replace("acme-prod-oidc-2", "acme-prod-oidc-3");
    cpSync(await synthesized(), terraform.directory, { recursive: true });
    await expect(terraform.plan()).rejects.toThrow(/issuer_until_retired\["oidc-2"\]/);
    config = present;
    cpSync(await synthesized(), terraform.directory, { recursive: true });
    expect(readFileSync(join(terraform.directory, "cdk.tf.json"), "utf8")).toBe(before);
  });

  test("another key signs", async () => {
    expect(await next("rotate", ["--public-key-file", "sa-2.pub"])).toBe("stage");
    await apply(["sa.pub", "oidc-2"]);

    const kids = await Promise.all(Object.values(privateKeys).map(keyIdOf));
    const servers = {
      "server.json": JSON.stringify({ keys: kids.map((kid) => ({ kid })) }),
    };
    const since = new Date(Date.now() - 2 * 3_600_000).toISOString().replace(/\.\d+/, "");
    const jwks = ["--jwks", "documents/keys.json"];
    const evidence = [...jwks, "--published-since", since, "--api-server-jwks", "server.json"];
    expect(await next("rotate", evidence, servers)).toBe("promote");
    await apply(["sa.pub", "oidc-2"], ["sa-2.pub", "oidc-2"]);

    const used = { token: await token(["sa-2.pub", "oidc-2"], dayAgo()) };
    expect(await next("rotate", ["--token", "token"], used)).toBe("drain");
    const fresh = { token: await token(["sa-2.pub", "oidc-2"]) };
    expect(await next("rotate", [...jwks, "--token", "token"], fresh)).toBe("retire");
    await apply(["sa-2.pub", "oidc-2"]);
    const { keys } = JSON.parse((await published(cloud, buckets["oidc-2"])) ?? "") as {
      keys: { kid: string }[];
    };
    expect(keys.map(({ kid }) => kid)).toEqual([kids[1]]);
    const document =
      (await published(cloud, buckets["oidc-2"], ".well-known/openid-configuration")) ?? "";
    expect((JSON.parse(document) as Discovery).issuer).toBe(issuers["oidc-2"]);
  });
});
