import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { Testing, TerraformStack } from "cdktf";
import { SignJWT } from "jose";
import { ServiceAccountRole, type ServiceAccountRoleProps } from "../../../modules/roles";

export const hostpath = "s3.eu-central-1.amazonaws.com/acme-oidc";
export const providerArn = `arn:aws:iam::111122223333:oidc-provider/${hostpath}`;
export const issuer = { issuerHostpath: hostpath, providerArn };

/** The least that a role needs; a test says what it adds. */
export const least: ServiceAccountRoleProps = {
  name: "app",
  serviceAccounts: ["default/app"],
  issuers: [issuer],
};

/** What `Testing.synth` gives, as far as tests look at it. */
export interface Synthesized {
  readonly resource?: Record<string, Record<string, Record<string, unknown>>>;
  readonly data?: Record<string, Record<string, Record<string, unknown>>>;
  readonly variable?: Record<string, unknown>;
  readonly output?: Record<string, unknown>;
  readonly locals?: Record<string, unknown>;
}

export function newStack(): TerraformStack {
  return new TerraformStack(Testing.app(), "roles");
}

export function synthesized(stack: TerraformStack): Synthesized {
  return JSON.parse(Testing.synth(stack)) as Synthesized;
}

export function synthRole(patch: Partial<ServiceAccountRoleProps> = {}): Synthesized {
  const stack = newStack();
  new ServiceAccountRole(stack, "role", { ...least, ...patch });
  return synthesized(stack);
}

/** One resource or data source; fails when there is none. */
export function block(
  blocks: Synthesized["resource"],
  type: string,
  name: string,
): Record<string, unknown> {
  const found = blocks?.[type]?.[name];
  if (found === undefined) {
    throw new Error(
      `no ${type}.${name}, but: ${JSON.stringify(Object.keys(blocks?.[type] ?? {}))}`,
    );
  }
  return found;
}

interface DocumentStatement {
  readonly sid?: string;
  readonly effect: string;
  readonly actions: string[];
  readonly resources?: string[];
  readonly principals?: { readonly type: string; readonly identifiers: string[] }[];
  readonly condition?: {
    readonly test: string;
    readonly variable: string;
    readonly values: string[];
  }[];
}

/** The JSON that the AWS provider makes of `data.aws_iam_policy_document.NAME`. */
export function policyJson(
  { data }: Synthesized,
  name: string,
  values: Readonly<Record<string, string>> = {},
): { Version: string; Statement: Record<string, unknown>[] } {
  const text = JSON.stringify(block(data, "aws_iam_policy_document", name)).replace(
    /[$][{]([^}]+)[}]/g,
    (_, reference: string) =>
      values[reference] ?? { "data.aws_partition.current.partition": "aws" }[reference] ?? "?",
  );
  const { statement } = JSON.parse(text) as { statement: DocumentStatement[] };
  return { Version: "2012-10-17", Statement: statement.map(statementJson) };
}

function statementJson(statement: DocumentStatement): Record<string, unknown> {
  const conditions: Record<string, Record<string, unknown>> = {};
  for (const { test, variable, values } of statement.condition ?? []) {
    (conditions[test] ??= {})[variable] = oneOrMany(values);
  }
  return {
    ...(statement.sid === undefined ? {} : { Sid: statement.sid }),
    Effect: statement.effect,
    ...(statement.principals === undefined
      ? {}
      : {
          Principal: Object.fromEntries(
            statement.principals.map(({ type, identifiers }) => [type, oneOrMany(identifiers)]),
          ),
        }),
    Action: oneOrMany(statement.actions),
    ...(statement.resources === undefined ? {} : { Resource: oneOrMany(statement.resources) }),
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  };
}

function oneOrMany(values: readonly string[]): string | readonly string[] {
  return values.length === 1 && values[0] !== undefined ? values[0] : values;
}

/** A cluster that signs tokens, and what it publishes at the URL of its issuer. */
export class Cluster {
  readonly kid = "key-1";
  readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;

  constructor(readonly issuerHostpath: string) {
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.privateKey = pair.privateKey;
    this.publicKey = pair.publicKey;
  }

  get url(): string {
    return `https://${this.issuerHostpath}`;
  }

  get jwk(): Record<string, unknown> {
    return { ...this.publicKey.export({ format: "jwk" }), alg: "RS256", kid: this.kid, use: "sig" };
  }

  get documents() {
    return {
      discovery: { issuer: this.url, jwks_uri: `${this.url}/keys.json` },
      jwks: { keys: [this.jwk] },
    };
  }

  provider(account = "111122223333") {
    return {
      url: this.url,
      arn: `arn:aws:iam::${account}:oidc-provider/${this.issuerHostpath}`,
      clientIds: ["sts.amazonaws.com"],
    };
  }

  /** A token for a ServiceAccount, `NAMESPACE/NAME`; claims given as undefined are left out. */
  async token(
    serviceAccount: string,
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    key: KeyObject | Uint8Array = this.privateKey,
  ): Promise<string> {
    const payload = {
      iss: this.url,
      sub: `system:serviceaccount:${serviceAccount.replace("/", ":")}`,
      aud: ["sts.amazonaws.com"],
      iat: 1_760_000_000,
      nbf: 1_760_000_000,
      exp: 1_760_086_400,
      ...claims,
    };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: "RS256", kid: this.kid, ...header })
      .sign(key);
  }
}

/** Within the lifetime of the tokens of {@link Cluster}. */
export const during = new Date(1_760_000_600_000);
