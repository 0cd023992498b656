import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { SignJWT } from "jose";
import { parseConfig } from "../../../config/load";
import { decideWebIdentity } from "../../../modules/trust";
import { addStacks } from "../../../stacks/add-stacks";
import { policyJson, type Synthesized } from "../../modules/roles/support";
import { setClock } from "../../support/clock";
import { synthesize } from "../../support/synthesize";
import { irsa } from "../run";

/*
 * A change of the signing key, from the first step to the last, by nothing but what `irsa rotate` does and
 * says. An observer presents every token that is still valid to every role and every API server after each
 * event: no token may be refused at any time.
 */

const hour = 3600;
const day = 24 * hour;
const issuer = "https://acme-prod-oidc.s3.eu-central-1.amazonaws.com";
const provider = {
  url: issuer,
  arn: "arn:aws:iam::111122223333:oidc-provider/acme-prod-oidc.s3.eu-central-1.amazonaws.com",
  clientIds: ["sts.amazonaws.com"],
};

interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly pem: string;
}

function makeKey(): Key {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKey = createPublicKey(privateKey);
  const kid = createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("base64url");
  return { kid, privateKey, pem: publicKey.export({ type: "spki", format: "pem" }).toString() };
}

const [oldKey, newKey] = [makeKey(), makeKey()];
const keys = [oldKey, newKey];
const roles = [
  ["ebs-csi", "kube-system/ebs-csi-controller-sa"],
  ["app", "default/app"],
] as const;

const start = `# the signing key of prod is changed every year
clusters:
  - name: prod
    region: eu-central-1
    hosting: s3-virtual-hosted
    bucket: acme-prod-oidc
    keys:
      - name: sa # made by kubeadm
        publicKeyFile: sa.pub
    serviceAccountRoles:
${roles.map(([name, account]) => `      - { name: ${name}, serviceAccounts: [${account}] }\n`).join("")}`;

/** What is applied: the JWKS, and the trust policy of each role. */
interface Applied {
  readonly since: number;
  readonly discovery: unknown;
  readonly jwks: string;
  readonly policies: readonly unknown[];
}

interface Node {
  signing: Key;
  accepted: readonly Key[];
}

interface Token {
  readonly text: string;
  readonly account: string;
  readonly key: Key;
  readonly expires: number;
}

/** AWS, a cluster of two control-plane nodes, and its pods. */
class World {
  now = Date.UTC(2026, 10, 28, 12) / 1000;
  readonly nodes: readonly Node[] = [0, 1].map(() => ({ signing: oldKey, accepted: [oldKey] }));
  private readonly applied: Applied[] = [];
  private tokens: Token[] = [];

  /** @param takesOne API servers take one key, so that a change is a window for tokens of the Kubernetes API */
  constructor(
    public files: Record<string, string>,
    readonly takesOne: boolean,
  ) {}

  /** `terraform apply`. */
  async apply(): Promise<void> {
    const config = await parseConfig(withPublicKeys(this.files), "irsa.yaml");
    const outdir = synthesize((app) => {
      addStacks(app, config);
    });
    const stack = readFileSync(join(outdir, "stacks/prod/cdk.tf.json"), "utf8");
    const terraform = JSON.parse(stack) as Synthesized;
    const object = (name: string) =>
      String((terraform.resource?.aws_s3_object?.[name] as { content?: unknown }).content);
    const values = { "aws_iam_openid_connect_provider.oidc.arn": provider.arn };
    this.applied.push({
      since: this.now,
      discovery: JSON.parse(object("openid-configuration")) as unknown,
      jwks: object("keys_json"),
      policies: roles.map(([name]) => policyJson(terraform, name, values)),
    });
    await this.observe("an apply");
  }

  get jwks(): string {
    return this.applied.at(-1)?.jwks ?? "";
  }

  get publishedSince(): number {
    const changed = this.applied.filter(({ jwks }, at) => jwks !== this.applied[at - 1]?.jwks);
    return changed.at(-1)?.since ?? 0;
  }

  async wait(seconds: number): Promise<void> {
    // Pods renew their tokens all the time, at whichever node answers.
    this.now += seconds;
    await this.renew();
  }

  async renew(): Promise<void> {
    for (const { signing } of this.nodes) {
      for (const [, account] of roles) {
        const text = await this.token(signing, account);
        this.tokens.push({ text, account, key: signing, expires: this.now + day });
      }
    }
    await this.observe("tokens were renewed");
  }

  token(key: Key, account = "default/default"): Promise<string> {
    return new SignJWT({
      iss: issuer,
      sub: `system:serviceaccount:${account.replace("/", ":")}`,
      aud: ["sts.amazonaws.com"],
      iat: this.now,
      nbf: this.now,
      exp: this.now + day,
    })
      .setProtectedHeader({ alg: "ES256", kid: key.kid })
      .sign(key.privateKey);
  }

  /** A change of every node, one after the other. */
  async configure(change: (node: Node) => void): Promise<void> {
    for (const node of this.nodes) {
      change(node);
      await this.renew();
    }
  }

  /** Documents as anybody may have them: those published, and others from a cache of an hour. */
  private get readable(): readonly Applied[] {
    return this.applied.filter((_, at) => {
      const replaced = this.applied[at + 1]?.since;
      return replaced === undefined || replaced > this.now - hour;
    });
  }

  private async observe(event: string): Promise<void> {
    this.tokens = this.tokens.filter(({ expires }) => expires > this.now);
    const now = new Date(this.now * 1000);
    const policies = this.applied.at(-1)?.policies ?? [];
    for (const { text, account, key } of distinct(this.tokens)) {
      for (const { discovery, jwks } of this.readable) {
        const at = roles.findIndex(([, each]) => each === account);
        const { isAllowed, findings } = await decideWebIdentity({
          token: text,
          documents: { discovery, jwks },
          provider,
          trustPolicy: policies[at],
          now,
        });
        if (!isAllowed) throw new Error(`after ${event}, AWS refuses: ${findings[0]?.what ?? ""}`);
      }
      for (const { accepted } of this.nodes) {
        if (this.takesOne || accepted.includes(key)) continue;
        throw new Error(`after ${event}, an API server refuses a token`);
      }
    }
  }
}

/** One token of each ServiceAccount and key: the one that expires last says as much as the others. */
function distinct(tokens: readonly Token[]): Token[] {
  return [...new Map(tokens.map((token) => [`${token.account} ${token.key.kid}`, token])).values()];
}

/** The configuration with its public keys written in, so that it needs no files. */
function withPublicKeys({ "irsa.yaml": text = "", ...files }: Record<string, string>): string {
  return text.replace(
    /publicKeyFile: ([\w.-]+)/g,
    (_, name: string) => `publicKey: ${JSON.stringify(files[name])}`,
  );
}

async function newWorld(takesOne: boolean): Promise<World> {
  const world = new World(
    { "irsa.yaml": start, "sa.pub": oldKey.pem, "sa-2.pub": newKey.pem },
    takesOne,
  );
  await world.apply();
  await world.renew();
  return world;
}

/** Runs `irsa rotate` with everything that can be known, at the time of the world. */
async function rotate(world: World, options: readonly string[]) {
  jest.setSystemTime(world.now * 1000);
  const since = new Date(world.publishedSince * 1000).toUTCString();
  const evidence: Record<string, string> = {
    "jwks.txt": `HTTP/2 200 \r\nlast-modified: ${since}\r\n\r\n${world.jwks}`,
  };
  const flags = ["--jwks", "jwks.txt"];
  for (const [index, { signing, accepted }] of world.nodes.entries()) {
    evidence[`server-${index}`] = JSON.stringify({ keys: accepted.map(({ kid }) => ({ kid })) });
    evidence[`token-${index}`] = await world.token(signing);
    flags.push("--api-server-jwks", `server-${index}`, "--token", `token-${index}`);
  }
  const files = { ...world.files, ...evidence };
  return irsa(["rotate", "prod", "--json", ...flags, ...options], { files });
}

/** A user who tries the next step at any time, and waits now and then. */
async function walk(world: World, waits: readonly number[]): Promise<string[]> {
  const taken: string[] = [];
  const platform = world.takesOne
    ? ["--distribution", "talos", "--talos-version", "1.12", "--hard-cut"]
    : ["--distribution", "kubeadm"];
  for (let turn = 0; taken.at(-1) !== "retire"; turn++) {
    if (turn > 50) throw new Error(`no end after ${taken.join(", ")}`);
    const file = taken.length === 0 ? ["--public-key-file", "sa-2.pub"] : [];
    const run = await rotate(world, [...platform, ...file, "--next"]);
    if (run.status !== 0) {
      expect(run.written).toEqual({});
      if (
        /next step of prod(, accept sa-2,| is done in the cluster: accept sa-2)/.test(run.stderr)
      ) {
        taken.push("accept");
        await world.configure((node) => {
          node.accepted = keys;
        });
      }
      // Short waits alone would never come to a day.
      await world.wait(turn > 20 ? 9 * hour : (waits[turn % waits.length] ?? hour));
      continue;
    }
    const { steps } = JSON.parse(run.stdout) as { steps: readonly { step: string }[] };
    const step = steps[0]?.step ?? "";
    taken.push(step);
    world.files = { ...world.files, "irsa.yaml": run.written["irsa.yaml"] ?? "" };
    await world.apply();
    if (step === "promote") {
      await world.configure((node) => {
        node.signing = newKey;
        if (world.takesOne) node.accepted = [newKey];
      });
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
  ["several keys", false, ["stage", "accept", "promote", "drain", "retire"]],
  ["one key", true, ["stage", "promote", "drain", "retire"]],
] as const)(
  "%s: no token is refused from the first step to the last",
  async (_name, takesOne, steps) => {
    const waits = fc.array(fc.integer({ min: 1, max: 9 * hour }), {
      minLength: 3,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(waits, async (seconds) => {
        const world = await newWorld(takesOne);
        expect(await walk(world, seconds)).toEqual(steps);
        expect(world.files["irsa.yaml"]).toBe(
          start.replace(
            /keys:\n.*\n.*\n/,
            "keys:\n      - name: sa-2\n        publicKeyFile: sa-2.pub\n    signingKey: sa-2\n    retiredKeys:\n      - sa\n",
          ),
        );
        expect(JSON.parse(world.jwks)).toMatchObject({ keys: [{ kid: newKey.kid }] });
      }),
      { numRuns: 2 },
    );
  },
);

describe("the observer notices", () => {
  const both = start.replace(
    "        publicKeyFile: sa.pub\n",
    (line) => `${line}      - { name: sa-2, publicKeyFile: sa-2.pub }\n`,
  );
  const sign = (node: Node) => {
    node.signing = newKey;
  };
  const accept = (node: Node) => {
    node.accepted = keys;
  };

  test("a key that signs before caches have it", async () => {
    const world = await newWorld(false);
    world.files["irsa.yaml"] = both;
    await world.apply();
    await world.configure(accept);
    await world.wait(hour - 1);
    await expect(world.configure(sign)).rejects.toThrow("AWS refuses: no key of the JWKS");
  });

  test("a key that signs before every API server accepts it", async () => {
    const world = await newWorld(false);
    world.files["irsa.yaml"] = both;
    await world.apply();
    await world.wait(hour);
    const change = world.configure((node) => {
      accept(node);
      sign(node);
    });
    await expect(change).rejects.toThrow("an API server refuses a token");
  });

  test("a key that is retired before its last token has expired", async () => {
    const world = await newWorld(false);
    world.files["irsa.yaml"] = both;
    await world.apply();
    await world.configure(accept);
    await world.wait(hour);
    await world.configure(sign);
    await world.wait(day - 2 * hour);
    world.files["irsa.yaml"] = both
      .replace(/ {6}- name: sa .*\n.*\n/, "")
      .concat("    retiredKeys: [sa]\n");
    await expect(world.apply()).rejects.toThrow("AWS refuses: no key of the JWKS");
  });
});
