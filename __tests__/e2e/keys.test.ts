import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { AwsApi } from "../../sandbox/aws-api";
import { LocalCloud } from "../../sandbox/local-cloud";
import { signToken } from "../../sandbox/relying-party";
import type { Outputs, Plan, Terraform } from "../../sandbox/terraform-runner";
import { irsa } from "../cli/run";
import { setClock } from "../support/clock";
import { rootOfStacks, synthesizeClusters } from "../support/root-module";
import { configuration, reconfigure } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { type IssuerOutputs, keyIdOf, published, publicPem } from "./support/issuer";

const region = "eu-central-1";
const pem = { format: "pem" } as const;
const makeKey = () =>
  generateKeyPairSync("ec", { namedCurve: "P-384" })
    .privateKey.export({ type: "sec1", ...pem })
    .toString();
/** Keys of clusters that keep their own. */
const [own, ofFunctions] = [makeKey(), makeKey()];

const cluster = (name: string, settings: object) => ({
  name,
  region,
  bucket: `acme-${name}`,
  secretPrefix: "talos",
  ...settings,
});

/** What rotates from one run of Terraform to the next; the other clusters stay as they are. */
const rotating = (settings: object) => [
  cluster("rotating", settings),
  cluster("ec", {
    keys: [{ name: "key", algorithm: "EC-P256" }],
    secret: { format: "pem", recoveryWindowInDays: 0 },
  }),
  cluster("mixed", {
    keys: [{ name: "own", publicKey: publicPem(own) }, { name: "made" }],
    secret: { recoveryWindowInDays: 7, replicaRegions: ["eu-west-1"] },
  }),
  cluster("functions", {
    keys: [
      { name: "a", algorithm: "RSA-3072" },
      { name: "b" },
      { name: "own", publicKey: publicPem(ofFunctions) },
    ],
    signingKey: "b",
    jwksComputation: "functions",
    emptyKeyId: true,
    publicBy: "policy",
  }),
  cluster("program", {
    keys: [{ name: "a" }],
    emptyKeyId: true,
    secret: { name: "elsewhere/key" },
  }),
];

/** Calls at another time, which tokens and `irsa` go by. */
async function hoursFromNow<T>(hours: number, call: () => Promise<T>): Promise<T> {
  setClock(Date.now() + hours * 3_600_000);
  try {
    return await call();
  } finally {
    jest.useRealTimers();
  }
}

interface Jwks {
  readonly keys: readonly { kid: string; kty: string; n?: string }[];
}

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "every mix of keys, applied",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    let outputs: Outputs;
    const issuerOf = (name: string) => outputs.value(name) as IssuerOutputs;
    const rootFor = async (settings: object) =>
      rootOfStacks(await synthesizeClusters(rotating(settings)));

    beforeAll(async () => {
      cloud = await LocalCloud.start();
      terraform = await cloud.terraform(configuration(await rootFor({ keys: [{ name: "key" }] })));
      await terraform.apply();
      outputs = await terraform.outputs();
    });
    afterAll(() => cloud.stop());

    const secretOf = (name: string) =>
      new AwsApi(cloud.emulator.url, region).secretString(issuerOf(name).secret_arn);
    const jwksOf = async (name: string) =>
      JSON.parse((await published(cloud, `acme-${name}`)) ?? "") as Jwks;
    const verify = async (name: string, privateKeyPem: string) => {
      const { issuer_url: issuer } = issuerOf(name);
      const keyId = (await keyIdOf(privateKeyPem)) ?? "";
      return cloud.relyingParty.verify(await signToken({ privateKeyPem, keyId, issuer }), issuer);
    };
    const decoded = (secret: string) => Buffer.from(secret, "base64").toString();

    test("EC: the secret is the PEM in SEC1, and its ES256 tokens are verified", async () => {
      const secret = await secretOf("ec");
      expect(secret).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
      expect(createPrivateKey(secret).asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
      await expect(verify("ec", secret)).resolves.toMatchObject({ iss: issuerOf("ec").issuer_url });
    });

    test("given and made: both are published in order, and the made one is in the secret", async () => {
      const made = decoded(await secretOf("mixed"));
      expect(made).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
      expect(issuerOf("mixed").key_ids).toEqual([await keyIdOf(own), await keyIdOf(made)]);
      expect((await jwksOf("mixed")).keys.map(({ kid }) => kid)).toEqual(issuerOf("mixed").key_ids);
      for (const key of [own, made]) await expect(verify("mixed", key)).resolves.toBeDefined();
    });

    test("functions: every kid is that of its key, and the one that signs is there again without", async () => {
      const signing = decoded(await secretOf("functions"));
      const { keys } = await jwksOf("functions");
      expect(keys.map(({ kid }) => kid)).toEqual([...issuerOf("functions").key_ids, ""]);
      expect(keys.map(({ kty, n = "" }) => [kty, n.length])).toEqual([
        ["RSA", 512],
        ["RSA", 342],
        ["EC", 0],
        ["RSA", 342],
      ]);
      expect(keys[1]?.kid).toBe(await keyIdOf(signing));
      expect(keys[3]).toEqual({ ...keys[1], kid: "" });
      for (const key of [ofFunctions, signing])
        await expect(verify("functions", key)).resolves.toBeDefined();
    });

    test("the program: the key is there again with an empty id", async () => {
      const { keys } = await jwksOf("program");
      expect(keys.map(({ kid }) => kid)).toEqual([...issuerOf("program").key_ids, ""]);
      expect(issuerOf("program").secret_arn).toContain("secret:elsewhere/key");
    });

    test("the second plan is empty", async () => {
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("a key changes by the steps of irsa rotate: tokens of both are verified until one retires", async () => {
      const actionsOf = (plan: Plan) =>
        Object.fromEntries(
          Object.entries(plan.actions).map(([address, action]) => [
            address.replace("module.rotating.", ""),
            action,
          ]),
        );
      let text = JSON.stringify({ clusters: rotating({ keys: [{ name: "key" }] }) });
      const synthesize = async (change = (clusters: object[]) => clusters) => {
        const clusters = change((JSON.parse(text) as { clusters: object[] }).clusters);
        reconfigure(terraform.directory, rootOfStacks(await synthesizeClusters(clusters)));
        await terraform.init();
      };
      const apply = async (plan?: Plan) => {
        await terraform.apply(plan);
        outputs = await terraform.outputs();
      };
      /** Takes the next step so many hours from now, with what everybody can see of the cluster then. */
      const rotate = (hours: number, signingKey: string) =>
        hoursFromNow(hours, async () => {
          const { issuer_url: issuer, key_ids } = issuerOf("rotating");
          const answer = await fetch(`${cloud.emulator.url}/acme-rotating/keys.json`);
          const headers = [...answer.headers]
            .map(([name, value]) => `${name}: ${value}\n`)
            .join("");
          const jwks = await answer.text();
          const keyId = (await keyIdOf(signingKey)) ?? "";
          const files = {
            "irsa.yaml": text,
            "outputs.json": JSON.stringify({
              issuer_url: { value: issuer },
              key_ids: { value: key_ids },
            }),
            "jwks.txt": `HTTP/1.1 200 OK\n${headers}\n${jwks}`,
            "server.json": jwks,
            token: await signToken({ privateKeyPem: signingKey, keyId, issuer }),
          };
          const run = await irsa(
            [
              ...["rotate", "rotating", "--next", "--terraform-output", "outputs.json"],
              ...["--jwks", "jwks.txt", "--api-server-jwks", "server.json", "--token", "token"],
            ],
            { files },
          );
          text = run.written["irsa.yaml"] ?? text;
          return run.status === 0 ? (/^(\w+)/.exec(run.stdout)?.[1] ?? "") : run.stderr;
        });
      const before = issuerOf("rotating").key_ids;
      const old = decoded(await secretOf("rotating"));

      expect(await rotate(0, old)).toBe("stage");
      await synthesize();
      const staging = await terraform.plan();
      expect(actionsOf(staging)).toEqual({
        'terraform_data.key_until_retired["key-2"]': "create",
        "data.external.jwks": "read",
        "tls_private_key.key-2": "create",
        "aws_s3_object.keys_json": "update",
      });
      await apply(staging);
      expect(issuerOf("rotating").key_ids).toEqual([...before, expect.any(String)]);
      expect(decoded(await secretOf("rotating"))).toBe(old);
      expect(await rotate(0.9, old)).toContain("caches may be without the key");

      expect(await rotate(1.1, old)).toBe("promote");
      await synthesize();
      await apply();
      const next = decoded(await secretOf("rotating"));
      expect(issuerOf("rotating").key_ids).toEqual([...before, await keyIdOf(next)]);
      for (const key of [old, next]) await expect(verify("rotating", key)).resolves.toBeDefined();

      // Keys that change places stay the same.
      const keys = [{ name: "key-2" }, { name: "key" }];
      await synthesize(([first, ...others]) => [{ ...first, keys }, ...others]);
      expect(actionsOf(await terraform.plan())).toEqual({ "aws_s3_object.keys_json": "update" });

      expect(await rotate(2, old)).toContain("is signed with key, not with key-2");
      expect(await rotate(2, next)).toBe("drain");
      expect(await rotate(25, next)).toContain("Its last token may be valid until");
      expect(await rotate(27, next)).toBe("retire");
      await synthesize();
      const retiring = await terraform.plan();
      expect(actionsOf(retiring)).toEqual({
        "tls_private_key.key": "delete",
        "aws_s3_object.keys_json": "update",
      });
      await apply(retiring);
      await expect(verify("rotating", next)).resolves.toBeDefined();
      await expect(verify("rotating", old)).rejects.toThrow("no applicable key");
    });
  },
);
