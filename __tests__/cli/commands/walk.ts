import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { SignJWT } from "jose";
import { parseConfig } from "../../../config/load";
import { decideWebIdentity } from "../../../modules/trust";
import { addStacks } from "../../../stacks/add-stacks";
import { policyJson, type Synthesized } from "../../modules/roles/support";
import { synthesize } from "../../support/synthesize";
import type { Run } from "../run";

/*
 * A change of the signing key or of the issuer, from the first step to the last, by nothing but what a command
 * does and says. An observer presents every token that is still valid to every role and every API server after
 * each event: no token may be refused at any time.
 */

export const hour = 3600;
export const day = 24 * hour;

export const roles = [
  ["ebs-csi", "kube-system/ebs-csi-controller-sa"],
  ["app", "default/app"],
] as const;

/** The roles, as the last property of a cluster. */
export const rolesYaml = `    serviceAccountRoles:
${roles.map(([name, account]) => `      - { name: ${name}, serviceAccounts: [${account}] }\n`).join("")}`;

interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly pem: string;
}

export function makeKey(): Key {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKey = createPublicKey(privateKey);
  const kid = createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("base64url");
  return { kid, privateKey, pem: publicKey.export({ type: "spki", format: "pem" }).toString() };
}

/** What tokens are signed as, and with. */
export interface Signer {
  readonly name: string;
  readonly issuer: string;
  readonly key: Key;
}

/** A control-plane node. */
interface Node {
  signing: Signer;
  accepted: readonly Signer[];
}

/** Has an API server accept a further key or issuer. */
export const accept = (signer: Signer) => (node: Node) => {
  node.accepted = [...node.accepted, signer];
};

/** Has an API server sign with another key, or as another issuer. */
export const sign = (signer: Signer) => (node: Node) => {
  node.signing = signer;
};

/** What is applied. */
interface Applied {
  readonly since: number;
  readonly stack: Synthesized;
  /** By the URLs of their issuers. */
  readonly documents: ReadonlyMap<string, { readonly discovery: string; readonly jwks: string }>;
  /** The trust policy of each role. */
  readonly policies: readonly unknown[];
}

interface Token {
  readonly text: string;
  readonly account: string;
  readonly signer: Signer;
  readonly expires: number;
}

interface WorldProps {
  /** `irsa.yaml`, and the public keys that it names. */
  readonly files: Readonly<Record<string, string>>;
  /** The URL of each issuer, by what the Terraform addresses of its resources end with. */
  readonly issuers: Readonly<Record<string, string>>;
  readonly signing: Signer;
  /** API servers take one key or issuer, so that a change is a window for tokens of the Kubernetes API. */
  readonly takesOne: boolean;
  /** How long caches keep documents, in seconds. */
  readonly cacheSeconds: number;
}

const hostpathOf = (issuer: string) => issuer.slice("https://".length);

export const providerArn = (issuer: string) =>
  `arn:aws:iam::111122223333:oidc-provider/${hostpathOf(issuer)}`;

/** AWS, a cluster of two control-plane nodes, and its pods. */
export class World {
  now = Date.UTC(2026, 10, 28, 12) / 1000;
  readonly files: Record<string, string>;
  readonly nodes: readonly Node[];
  readonly applied: Applied[] = [];
  private tokens: Token[] = [];

  private constructor(readonly props: WorldProps) {
    const { files, signing } = props;
    this.files = { ...files };
    this.nodes = [0, 1].map(() => ({ signing, accepted: [signing] }));
  }

  /** A cluster that is applied, and whose pods have tokens. */
  static async start(props: WorldProps): Promise<World> {
    const world = new World(props);
    await world.apply();
    await world.renew();
    return world;
  }

  /** `terraform apply`. */
  async apply(): Promise<void> {
    const config = await parseConfig(withPublicKeys(this.files), "irsa.yaml");
    const outdir = synthesize((app) => {
      addStacks(app, config);
    });
    const text = readFileSync(join(outdir, "stacks/prod/cdk.tf.json"), "utf8");
    const stack = JSON.parse(text) as Synthesized;
    const { aws_iam_openid_connect_provider: providers = {}, aws_s3_object: objects = {} } =
      stack.resource ?? {};
    const issuers = Object.entries(this.props.issuers);
    const content = (address: string) => String(objects[address]?.content);
    const arns = Object.fromEntries(
      issuers.map(([suffix, issuer]) => [
        `aws_iam_openid_connect_provider.oidc${suffix}.arn`,
        providerArn(issuer),
      ]),
    );
    this.applied.push({
      since: this.now,
      stack,
      documents: new Map(
        issuers
          .filter(([suffix]) => `oidc${suffix}` in providers)
          .map(([suffix, issuer]) => [
            issuer,
            {
              discovery: content(`openid-configuration${suffix}`),
              jwks: content(`keys_json${suffix}`),
            },
          ]),
      ),
      policies: roles.map(([name]) => policyJson(stack, name, arns)),
    });
    await this.observe("an apply");
  }

  /** What was applied last. */
  get present(): Applied {
    const applied = this.applied.at(-1);
    if (applied === undefined) throw new Error("nothing is applied");
    return applied;
  }

  async wait(seconds: number): Promise<void> {
    this.now += seconds;
    await this.renew();
  }

  /** A change of every node, one after the other. */
  async configure(...changes: readonly ((node: Node) => void)[]): Promise<void> {
    for (const node of this.nodes) {
      for (const change of changes) change(node);
      await this.renew();
    }
  }

  /** Pods renew their tokens all the time, at whichever node answers. */
  private async renew(): Promise<void> {
    for (const { signing: signer } of this.nodes) {
      for (const [, account] of roles) {
        const text = await this.token(signer, account);
        this.tokens.push({ text, account, signer, expires: this.now + day });
      }
    }
    await this.observe("tokens were renewed");
  }

  token({ issuer, key }: Signer, account = "default/default"): Promise<string> {
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

  /** What anybody may have read: what is published, and what a cache still has. */
  private get readable(): readonly Applied[] {
    return this.applied.filter((_, at) => {
      const replaced = this.applied[at + 1]?.since;
      return replaced === undefined || replaced > this.now - this.props.cacheSeconds;
    });
  }

  private async observe(event: string): Promise<void> {
    this.tokens = this.tokens.filter(({ expires }) => expires > this.now);
    for (const { text, account, signer } of distinct(this.tokens)) {
      for (const { documents } of this.readable) {
        const published = documents.get(signer.issuer);
        if (published === undefined) {
          throw new Error(`after ${event}, ${signer.name} is not published`);
        }
        const { isAllowed, findings } = await decideWebIdentity({
          token: text,
          documents: published,
          provider: {
            url: signer.issuer,
            arn: providerArn(signer.issuer),
            clientIds: ["sts.amazonaws.com"],
          },
          trustPolicy: this.present.policies[roles.findIndex(([, each]) => each === account)],
          now: new Date(this.now * 1000),
        });
        if (!isAllowed) throw new Error(`after ${event}, AWS refuses: ${findings[0]?.what ?? ""}`);
      }
      for (const { accepted } of this.nodes) {
        if (this.props.takesOne || accepted.includes(signer)) continue;
        throw new Error(`after ${event}, an API server refuses a token`);
      }
    }
  }
}

/** One token of each ServiceAccount and signer: the one that expires last says as much as the others. */
function distinct(tokens: readonly Token[]): Token[] {
  return [...new Map(tokens.map((each) => [`${each.account} ${each.signer.name}`, each])).values()];
}

/** The configuration with its public keys written in, so that it needs no files. */
function withPublicKeys({ "irsa.yaml": text = "", ...files }: Record<string, string>): string {
  return text.replace(
    /publicKeyFile: ([\w.-]+)/g,
    (_, name: string) => `publicKey: ${JSON.stringify(files[name])}`,
  );
}

interface Change {
  /** What the cluster is to sign with, or as. */
  readonly target: Signer;
  /** Runs the command with everything that can be known. */
  readonly run: (world: World, flags: readonly string[]) => Promise<Run>;
  /** Flags that begin the change. */
  readonly first: readonly string[];
  /** What the command says where the API servers are to accept the target. */
  readonly toAccept: RegExp;
}

/** A user who tries the next step at any time, and waits now and then. @returns the steps taken */
export async function walk(
  world: World,
  waits: readonly number[],
  { target, run, first, toAccept }: Change,
): Promise<string[]> {
  const taken: string[] = [];
  const { takesOne } = world.props;
  const platform = takesOne
    ? ["--distribution", "talos", "--talos-version", "1.12", "--hard-cut"]
    : ["--distribution", "kubeadm"];
  for (let turn = 0; taken.at(-1) !== "retire"; turn++) {
    if (turn > 50) throw new Error(`no end after ${taken.join(", ")}`);
    jest.setSystemTime(world.now * 1000);
    const flags = [...platform, ...(taken.length === 0 ? first : []), "--next"];
    const { status, stdout, stderr, written } = await run(world, flags);
    if (status !== 0) {
      expect(written).toEqual({});
      if (toAccept.test(stderr)) {
        taken.push("accept");
        await world.configure(accept(target));
      }
      // Short waits alone would never come to a day.
      await world.wait(turn > 20 ? 9 * hour : (waits[turn % waits.length] ?? hour));
      continue;
    }
    const { steps } = JSON.parse(stdout) as { steps: readonly { step: string }[] };
    const step = steps[0]?.step ?? "";
    taken.push(step);
    world.files["irsa.yaml"] = written["irsa.yaml"] ?? "";
    await world.apply();
    if (step === "promote") {
      await world.configure(sign(target), (node) => {
        if (takesOne) node.accepted = [target];
      });
    }
  }
  return taken;
}

export async function forRandomWaits(check: (waits: readonly number[]) => Promise<void>) {
  const waits = fc.array(fc.integer({ min: 1, max: 9 * hour }), { minLength: 3, maxLength: 8 });
  await fc.assert(fc.asyncProperty(waits, check), { numRuns: 2 });
}
