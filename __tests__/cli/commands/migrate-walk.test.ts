import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { SignJWT } from "jose";
import { parseConfig } from "../../../config/load";
import { readPublicKeys } from "../../../modules/documents";
import { decideWebIdentity } from "../../../modules/trust";
import { addStacks } from "../../../stacks/add-stacks";
import { policyJson, type Synthesized } from "../../modules/roles/support";
import { setClock } from "../../support/clock";
import { synthesize } from "../../support/synthesize";
import { irsa, terraformOutput } from "../run";

/*
 * A move to another issuer, from the first step to the last, by nothing but what `irsa migrate` does and
 * says. An observer presents every token that is still valid to every role and every API server after each
 * event: no token may be refused at any time.
 */

const hour = 3600;
const day = 24 * hour;
const issuers = {
  oidc: "https://s3.eu-central-1.amazonaws.com/acme-prod-oidc",
  "oidc-2": "https://acme-prod-oidc-2.s3.eu-central-1.amazonaws.com",
} as const;
type IssuerName = keyof typeof issuers;
const names = Object.keys(issuers) as IssuerName[];

const providerArn = (name: IssuerName) =>
  `arn:aws:iam::111122223333:oidc-provider/${issuers[name].slice("https://".length)}`;
const addressOf = (name: IssuerName) => (name === "oidc" ? "oidc" : `oidc_${name}`);

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
const keyId = async () => (await readPublicKeys(pem))[0]?.kid ?? "";

const roles = [
  ["ebs-csi", "kube-system/ebs-csi-controller-sa"],
  ["app", "default/app"],
] as const;

const start = `# prod moves away from path-style URLs
clusters:
  - name: prod
    region: eu-central-1
    hosting: s3 # as the Talos documentation has it
    bucket: acme-prod-oidc
    keys:
      - { name: sa, publicKeyFile: sa.pub }
    serviceAccountRoles:
${roles.map(([name, account]) => `      - { name: ${name}, serviceAccounts: [${account}] }\n`).join("")}`;

interface Documents {
  readonly discovery: string;
  readonly jwks: string;
}

/** What is applied: the documents of each issuer, and the trust policy of each role. */
interface Applied {
  readonly documents: ReadonlyMap<IssuerName, Documents>;
  readonly policies: readonly unknown[];
  readonly outputs: string;
}

interface Token {
  readonly text: string;
  readonly account: string;
  readonly issuer: IssuerName;
  readonly expires: number;
}

interface Node {
  readonly accepted: readonly IssuerName[];
}

/** AWS, a cluster of two control-plane nodes, and its pods. */
class World {
  now = Date.UTC(2026, 10, 28, 12) / 1000;
  readonly nodes: { accepted: readonly IssuerName[] }[] = [
    { accepted: ["oidc"] },
    { accepted: ["oidc"] },
  ];
  applied: Applied = { documents: new Map(), policies: [], outputs: "{}" };
  private tokens: Token[] = [];

  /** @param takesOne API servers take one issuer, so that a move is a window for tokens of the Kubernetes API */
  constructor(
    public config: string,
    readonly takesOne: boolean,
  ) {}

  /** `terraform apply`. */
  async apply(): Promise<void> {
    const text = this.config.replace("publicKeyFile: sa.pub", `publicKey: ${JSON.stringify(pem)}`);
    const config = await parseConfig(text, "irsa.yaml");
    const outdir = synthesize((app) => {
      addStacks(app, config);
    });
    const stack = readFileSync(join(outdir, "stacks/prod/cdk.tf.json"), "utf8");
    const terraform = JSON.parse(stack) as Synthesized & {
      readonly output: { readonly issuer_url: { readonly value: string } };
    };
    const providers = terraform.resource?.aws_iam_openid_connect_provider ?? {};
    const published = names.filter((name) => addressOf(name) in providers);
    const object = (name: string, issuer: IssuerName) => {
      const address = issuer === "oidc" ? name : `${name}_${issuer}`;
      const { content } = terraform.resource?.aws_s3_object?.[address] as { content: string };
      return content;
    };
    const values = Object.fromEntries(
      names.map((name) => [
        `aws_iam_openid_connect_provider.${addressOf(name)}.arn`,
        providerArn(name),
      ]),
    );
    const outputs = {
      aws_region: "eu-central-1",
      issuer_url: terraform.output.issuer_url.value,
      trusted_issuers: published.map((name) => ({
        issuer_url: issuers[name],
        issuer_hostpath: issuers[name].slice("https://".length),
        oidc_provider_arn: providerArn(name),
        audiences: ["sts.amazonaws.com"],
      })),
    };
    this.applied = {
      documents: new Map(
        published.map((name) => [
          name,
          {
            discovery: object("openid-configuration", name),
            jwks: object("keys_json", name),
          },
        ]),
      ),
      policies: roles.map(([name]) => policyJson(terraform, name, values)),
      outputs: terraformOutput(outputs),
    };
    await this.observe("an apply");
  }

  async wait(seconds: number): Promise<void> {
    this.now += seconds;
    await this.renew();
  }

  /** Pods renew their tokens all the time, at whichever node answers. */
  async renew(): Promise<void> {
    for (const { accepted } of this.nodes) {
      const [issuer = "oidc"] = accepted;
      for (const [, account] of roles) {
        const text = await this.token(issuer, account);
        this.tokens.push({ text, account, issuer, expires: this.now + day });
      }
    }
    await this.observe("tokens were renewed");
  }

  async token(issuer: IssuerName, account = "default/default"): Promise<string> {
    return new SignJWT({
      iss: issuers[issuer],
      sub: `system:serviceaccount:${account.replace("/", ":")}`,
      aud: ["sts.amazonaws.com"],
      iat: this.now,
      nbf: this.now,
      exp: this.now + day,
    })
      .setProtectedHeader({ alg: "ES256", kid: await keyId() })
      .sign(privateKey);
  }

  /** A change of every node, one after the other: the first issuer signs. */
  async configure(...accepted: readonly IssuerName[]): Promise<void> {
    for (const node of this.nodes) {
      node.accepted = accepted;
      await this.renew();
    }
  }

  private async observe(event: string): Promise<void> {
    this.tokens = this.tokens.filter(({ expires }) => expires > this.now);
    const now = new Date(this.now * 1000);
    for (const { text, account, issuer } of distinct(this.tokens)) {
      const documents = this.applied.documents.get(issuer);
      if (documents === undefined) {
        throw new Error(`after ${event}, ${issuer} is not published`);
      }
      const at = roles.findIndex(([, each]) => each === account);
      const { isAllowed, findings } = await decideWebIdentity({
        token: text,
        documents: { discovery: JSON.parse(documents.discovery), jwks: documents.jwks },
        provider: {
          url: issuers[issuer],
          arn: providerArn(issuer),
          clientIds: ["sts.amazonaws.com"],
        },
        trustPolicy: this.applied.policies[at],
        now,
      });
      if (!isAllowed) throw new Error(`after ${event}, AWS refuses: ${findings[0]?.what ?? ""}`);
      for (const { accepted } of this.nodes) {
        if (this.takesOne || accepted.includes(issuer)) continue;
        throw new Error(`after ${event}, an API server refuses a token`);
      }
    }
  }
}

/** One token of each ServiceAccount and issuer: the one that expires last says as much as the others. */
function distinct(tokens: readonly Token[]): Token[] {
  return [...new Map(tokens.map((token) => [`${token.account} ${token.issuer}`, token])).values()];
}

async function newWorld(takesOne: boolean): Promise<World> {
  const world = new World(start, takesOne);
  await world.apply();
  await world.renew();
  return world;
}

/** The pods of API servers, as kubectl prints them. */
const pods = (nodes: readonly Node[]) =>
  JSON.stringify({
    items: nodes.map(({ accepted }, index) => ({
      metadata: { name: `kube-apiserver-${index}` },
      spec: {
        containers: [
          {
            name: "kube-apiserver",
            command: [
              "kube-apiserver",
              ...accepted.map((name) => `--service-account-issuer=${issuers[name]}`),
            ],
          },
        ],
      },
    })),
  });

/** Runs `irsa migrate` with everything that can be known, at the time of the world. */
async function migrate(world: World, options: readonly string[]) {
  jest.setSystemTime(world.now * 1000);
  const documents = world.applied.documents.get("oidc-2");
  const files: Record<string, string> = {
    "irsa.yaml": world.config,
    "sa.pub": pem,
    "outputs.json": world.applied.outputs,
    "pods.json": pods(world.nodes),
    "roles.json": JSON.stringify({
      Roles: world.applied.policies.map((policy, index) => ({
        RoleName: roles[index]?.[0],
        AssumeRolePolicyDocument: policy,
      })),
    }),
    "documents/openid-configuration": documents?.discovery ?? "{}",
    "documents/keys.json": documents?.jwks ?? "{}",
  };
  const flags: string[] = [];
  for (const [index, { accepted }] of world.nodes.entries()) {
    files[`token-${index}`] = await world.token(accepted[0] ?? "oidc");
    flags.push("--token", `token-${index}`);
  }
  const evidence = ["--roles", "roles.json", "--api-server-pods", "pods.json"];
  const sources = ["--documents", "documents", "--terraform-output", "outputs.json"];
  return irsa(["migrate", "prod", "--json", ...flags, ...evidence, ...sources, ...options], {
    files,
  });
}

/** A user who tries the next step at any time, and waits now and then. */
async function walk(world: World, waits: readonly number[]): Promise<string[]> {
  const taken: string[] = [];
  const platform = world.takesOne
    ? ["--distribution", "talos", "--talos-version", "1.12", "--hard-cut"]
    : ["--distribution", "kubeadm"];
  for (let turn = 0; taken.at(-1) !== "retire"; turn++) {
    if (turn > 50) throw new Error(`no end after ${taken.join(", ")}`);
    const place =
      taken.length === 0 ? ["--to", "s3-virtual-hosted", "--bucket", "acme-prod-oidc-2"] : [];
    const run = await migrate(world, [...platform, ...place, "--next"]);
    if (run.status !== 0) {
      expect(run.written).toEqual({});
      if (run.stderr.includes("is done in the cluster: accept oidc-2")) {
        taken.push("accept");
        await world.configure("oidc", "oidc-2");
      }
      // Short waits alone would never come to a day.
      await world.wait(turn > 20 ? 9 * hour : (waits[turn % waits.length] ?? hour));
      continue;
    }
    const { steps } = JSON.parse(run.stdout) as { steps: readonly { step: string }[] };
    const step = steps[0]?.step ?? "";
    taken.push(step);
    world.config = run.written["irsa.yaml"] ?? "";
    await world.apply();
    if (step === "promote") {
      await world.configure(...(world.takesOne ? names.slice(1) : names.toReversed()));
    }
  }
  return taken;
}

// Each walk synthesizes five times.
jest.setTimeout(120_000);

beforeAll(() => {
  setClock(0);
});
afterAll(() => jest.useRealTimers());

test.each([
  ["several issuers", false, ["stage", "accept", "promote", "drain", "retire"]],
  ["one issuer", true, ["stage", "promote", "drain", "retire"]],
] as const)(
  "%s: no token is refused from the first step to the last",
  async (_name, takesOne, steps) => {
    const waits = fc.array(fc.integer({ min: 1, max: 9 * hour }), { minLength: 3, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(waits, async (seconds) => {
        const world = await newWorld(takesOne);
        expect(await walk(world, seconds)).toEqual(steps);
        expect(world.config).toBe(
          start.replace(
            /hosting: s3 (.*)\n.*\n/,
            "hosting: s3-virtual-hosted $1\n    bucket: acme-prod-oidc-2\n    issuerName: oidc-2\n    retiredIssuers:\n      - oidc\n",
          ),
        );
        expect([...world.applied.documents.keys()]).toEqual(["oidc-2"]);
      }),
      { numRuns: 2 },
    );
  },
);

describe("the observer notices", () => {
  const both = start.replace(
    "    bucket: acme-prod-oidc\n",
    (line) =>
      `${line}    nextIssuer: { name: oidc-2, hosting: s3-virtual-hosted, bucket: acme-prod-oidc-2 }\n`,
  );

  test("a cluster that signs as an issuer that roles do not trust", async () => {
    const world = await newWorld(false);
    await expect(world.configure("oidc-2", "oidc")).rejects.toThrow("oidc-2 is not published");
  });

  test("a node that signs as an issuer before every API server accepts it", async () => {
    const world = await newWorld(false);
    world.config = both;
    await world.apply();
    await expect(world.configure("oidc-2", "oidc")).rejects.toThrow("an API server refuses");
  });

  test("an issuer that is retired before its last token has expired", async () => {
    const world = await newWorld(false);
    world.config = both;
    await world.apply();
    await world.configure("oidc", "oidc-2");
    await world.configure("oidc-2", "oidc");
    await world.wait(day - 2 * hour);
    world.config = start
      .replace("hosting: s3 ", "issuerName: oidc-2\n    hosting: s3-virtual-hosted ")
      .replace(
        "bucket: acme-prod-oidc\n",
        "bucket: acme-prod-oidc-2\n    retiredIssuers: [oidc]\n",
      );
    await expect(world.apply()).rejects.toThrow("oidc is not published");
  });
});
