import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CompactSign } from "jose";
import {
  type Decision,
  decideWebIdentity,
  trustRules,
  type WebIdentityRequest,
} from "../../../modules/trust";
import { buildFindingsReference } from "../../../scripts/findings";
import { Cluster, during } from "../roles/support";

const hostpath = "s3.eu-central-1.amazonaws.com/acme-oidc";
const cluster = new Cluster(hostpath);
const provider = cluster.provider();
const key = (claim: string) => `${hostpath}:${claim}`;
const sub = "system:serviceaccount:default:app";

const exact = {
  StringEquals: { [key("aud")]: "sts.amazonaws.com", [key("sub")]: sub },
};

function allow(condition?: object, more: object = {}): object {
  return {
    Effect: "Allow",
    Principal: { Federated: provider.arn },
    Action: "sts:AssumeRoleWithWebIdentity",
    ...(condition === undefined ? {} : { Condition: condition }),
    ...more,
  };
}

function policy(...statements: object[]): object {
  return { Version: "2012-10-17", Statement: statements };
}

async function decide(request: Partial<WebIdentityRequest> = {}) {
  return decideWebIdentity({
    token: request.token ?? (await cluster.token("default/app")),
    documents: cluster.documents,
    provider,
    trustPolicy: policy(allow(exact)),
    now: during,
    ...request,
  });
}

/** What a code begins with. */
const prefix = "IRSA-TRUST-";

/** `code` without its prefix; ALLOWED alone lets the pod in. `text` is in what the findings say. */
type PolicyRow = readonly [title: string, trustPolicy: unknown, code: string, text: string];

/** All with a good token of default/app. */
const policies: readonly PolicyRow[] = [
  ["exact aud and sub", policy(allow(exact)), "ALLOWED", "statement 1 allows it"],
  ["a policy as text", JSON.stringify(policy(allow(exact))), "ALLOWED", "statement 1 allows it"],
  [
    "one statement that is no list",
    { Statement: allow(exact) },
    "ALLOWED",
    "statement 1 allows it",
  ],
  [
    "another ServiceAccount",
    policy(allow({ StringEquals: { [key("sub")]: `${sub}2` } })),
    "CONDITION",
    `${key("sub")} is "${sub}", StringEquals wants "${sub}2"`,
  ],
  ["sub alone", policy(allow({ StringEquals: { [key("sub")]: sub } })), "ALLOWED", "allows it"],
  [
    "aud alone, so every pod of the cluster",
    policy(allow({ StringEquals: { [key("aud")]: "sts.amazonaws.com" } })),
    "ALLOWED",
    "allows it",
  ],
  ["no condition", policy(allow()), "ALLOWED", "allows it"],
  [
    "another audience",
    policy(allow({ StringEquals: { ...exact.StringEquals, [key("aud")]: "vault" } })),
    "CONDITION",
    `${key("aud")} is "sts.amazonaws.com", StringEquals wants "vault"`,
  ],
  [
    "several values, one of them right",
    policy(allow({ StringEquals: { [key("sub")]: ["x", sub] } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "the issuer's host without its path",
    policy(
      allow({
        StringEquals: {
          "s3.eu-central-1.amazonaws.com:aud": "sts.amazonaws.com",
          "s3.eu-central-1.amazonaws.com:sub": sub,
        },
      }),
    ),
    "CONDITION-KEY",
    "s3.eu-central-1.amazonaws.com:sub is not in the request",
  ],
  [
    "keys in other letters",
    policy(allow({ StringEquals: { [key("SUB").toUpperCase()]: sub } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "values in other letters",
    policy(allow({ StringEquals: { [key("sub")]: sub.toUpperCase() } })),
    "CONDITION",
    "StringEquals wants",
  ],
  [
    "values in other letters, ignored",
    policy(allow({ StringEqualsIgnoreCase: { [key("sub")]: sub.toUpperCase() } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "a wildcard under StringEquals",
    policy(allow({ StringEquals: { [key("sub")]: "system:serviceaccount:default:*" } })),
    "WILDCARD",
    "wildcards count under StringLike only",
  ],
  [
    "a wildcard under StringLike",
    policy(allow({ StringLike: { [key("sub")]: "system:serviceaccount:default:*" } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "a wildcard for the namespace",
    policy(allow({ StringLike: { [key("sub")]: "system:serviceaccount:*:app" } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "a wildcard for one character",
    policy(allow({ StringLike: { [key("sub")]: "system:serviceaccount:default:a??" } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "a wildcard for one character too many",
    policy(allow({ StringLike: { [key("sub")]: `${sub}?` } })),
    "CONDITION",
    "StringLike wants",
  ],
  [
    "a wildcard for no characters",
    policy(allow({ StringLike: { [key("sub")]: `${sub}*` } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "brackets, which are no wildcards",
    policy(allow({ StringLike: { [key("sub")]: "system:serviceaccount:default:[a-z]pp" } })),
    "CONDITION",
    "StringLike wants",
  ],
  [
    "a period, which is no wildcard",
    policy(allow({ StringLike: { [key("sub")]: "system.serviceaccount.default.app" } })),
    "CONDITION",
    "StringLike wants",
  ],
  [
    "many wildcards",
    policy(allow({ StringLike: { [key("sub")]: "*".repeat(40).replaceAll("*", "*a") } })),
    "CONDITION",
    "StringLike wants",
  ],
  [
    "exact and wildcard for the same key, in one statement",
    policy(
      allow({
        StringEquals: { [key("sub")]: sub },
        StringLike: { [key("sub")]: "system:serviceaccount:other:*" },
      }),
    ),
    "CONDITION",
    "StringLike wants",
  ],
  [
    "exact and wildcard, in two statements",
    policy(allow({ StringLike: { [key("sub")]: "system:serviceaccount:other:*" } }), allow(exact)),
    "ALLOWED",
    "statement 2 allows it",
  ],
  [
    "StringNotEquals to another",
    policy(allow({ StringNotEquals: { [key("sub")]: ["x", "y"] } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "StringNotEquals to it",
    policy(allow({ StringNotEquals: { [key("sub")]: ["x", sub] } })),
    "CONDITION",
    "StringNotEquals wants",
  ],
  [
    "StringNotLike",
    policy(allow({ StringNotLike: { [key("sub")]: "*:kube-system:*" } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "StringNotLike that matches",
    policy(allow({ StringNotLike: { [key("sub")]: "*:default:*" } })),
    "CONDITION",
    "StringNotLike wants",
  ],
  [
    "a claim that the token does not have",
    policy(allow({ StringEquals: { [key("amr")]: "x" } })),
    "CONDITION-KEY",
    "is not in the request",
  ],
  [
    "a claim that it does not have, negated",
    policy(allow({ StringNotEquals: { [key("amr")]: "x" } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "a claim that it does not have, IfExists",
    policy(allow({ StringEqualsIfExists: { [key("amr")]: "x" } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "a claim that it has, IfExists",
    policy(allow({ StringLikeIfExists: { [key("sub")]: "x*" } })),
    "CONDITION",
    "StringLikeIfExists wants",
  ],
  [
    "ForAllValues: without values",
    policy(allow({ "ForAllValues:StringEquals": { [key("amr")]: "x" } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "ForAnyValue: without values",
    policy(allow({ "ForAnyValue:StringEquals": { [key("amr")]: "x" } })),
    "CONDITION-KEY",
    "is not in the request",
  ],
  [
    "ForAnyValue: over one value",
    policy(allow({ "ForAnyValue:StringLike": { [key("aud")]: "sts.*" } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "Null, that the claim is there",
    policy(allow({ Null: { [key("sub")]: "false" } })),
    "ALLOWED",
    "allows it",
  ],
  [
    "Null, that it is not",
    policy(allow({ Null: { [key("sub")]: true } })),
    "CONDITION",
    "Null wants",
  ],
  [
    "a list of providers",
    policy(
      allow(exact, { Principal: { Federated: ["arn:aws:iam::1:oidc-provider/x", provider.arn] } }),
    ),
    "ALLOWED",
    "allows it",
  ],
  [
    "another provider",
    policy(allow(exact, { Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/x" } })),
    "PRINCIPAL",
    `the provider is ${provider.arn}`,
  ],
  [
    "the provider of another account",
    policy(allow(exact, { Principal: { Federated: provider.arn.replace("1111", "9999") } })),
    "PRINCIPAL",
    "the provider is",
  ],
  [
    "a service as principal",
    policy(allow(exact, { Principal: { Service: "ec2.amazonaws.com" } })),
    "PRINCIPAL",
    "the provider is",
  ],
  [
    "anyone as principal",
    policy(allow(exact, { Principal: "*" })),
    "UNDECIDED",
    "Principal does not name one provider",
  ],
  [
    "a list of actions",
    policy(allow(exact, { Action: ["sts:TagSession", "sts:AssumeRoleWithWebIdentity"] })),
    "ALLOWED",
    "allows it",
  ],
  [
    "an action with a wildcard, in other letters",
    policy(allow(exact, { Action: "STS:assumerole*" })),
    "ALLOWED",
    "allows it",
  ],
  [
    "the action of another service",
    policy(allow(exact, { Action: "sts:AssumeRole" })),
    "ACTION",
    "Action is sts:AssumeRole",
  ],
  [
    "every action but this",
    policy(allow(exact, { Action: undefined, NotAction: "sts:*" })),
    "ACTION",
    "NotAction is sts:*",
  ],
  [
    "every action but another",
    policy(allow(exact, { Action: undefined, NotAction: "s3:*" })),
    "ALLOWED",
    "allows it",
  ],
  [
    "a Deny that applies",
    policy(allow(exact), allow(exact, { Effect: "Deny" })),
    "DENIED",
    "statement 2 denies it",
  ],
  [
    "a Deny that does not apply",
    policy(allow(exact, { Effect: "Deny", Principal: { Federated: "x" } }), allow(exact)),
    "ALLOWED",
    "statement 2 allows it",
  ],
  [
    "a Deny by its name",
    policy(
      allow(exact),
      allow({ StringLike: { [key("sub")]: "*:default:*" } }, { Effect: "Deny", Sid: "NoDefault" }),
    ),
    "DENIED",
    "statement 2 (NoDefault) denies it",
  ],
  [
    "a Deny that cannot be decided",
    policy(
      allow(exact),
      allow({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, { Effect: "Deny" }),
    ),
    "DENIED",
    "statement 2 denies it: IpAddress is not evaluated here",
  ],
  [
    "an Allow that cannot be decided",
    policy(allow({ ...exact, Bool: { "aws:SecureTransport": "true" } })),
    "UNDECIDED",
    "Bool is not evaluated here",
  ],
  [
    "an Allow that cannot be decided, and one that can",
    policy(allow({ Bool: { "aws:SecureTransport": "true" } }), allow(exact)),
    "ALLOWED",
    "statement 2 allows it",
  ],
  [
    "a policy variable",
    policy(allow({ StringLike: { [key("sub")]: "*:${aws:PrincipalTag/x}" } })),
    "UNDECIDED",
    "policy variables are not evaluated here",
  ],
  [
    "an operator that IAM does not know",
    policy(allow({ StringMatches: { [key("sub")]: sub } }), allow(exact)),
    "CONDITION-OPERATOR",
    "statement 1 has an unknown condition operator: StringMatches",
  ],
  [
    "an operator in other letters",
    policy(allow({ stringequals: { [key("sub")]: sub } })),
    "CONDITION-OPERATOR",
    "unknown condition operator: stringequals",
  ],
  [
    "an operator of JavaScript's own",
    policy(allow({ constructor: { [key("sub")]: sub } })),
    "CONDITION-OPERATOR",
    "unknown condition operator: constructor",
  ],
  [
    "a comment among the operators",
    policy(allow({ __doc_comment: "optional", ...exact })),
    "CONDITION-OPERATOR",
    "unknown condition operator: __doc_comment",
  ],
  [
    "a condition without values",
    policy(allow({ StringLike: { [key("sub")]: [] } })),
    "POLICY-FORM",
    "must have condition keys with values under StringLike",
  ],
  [
    "a statement without effect",
    policy(allow(exact, { Effect: undefined })),
    "POLICY-FORM",
    "statement 1 must have the Effect Allow or Deny",
  ],
  [
    "a statement without principal",
    policy(allow(exact, { Principal: undefined })),
    "POLICY-FORM",
    "must have either Principal or NotPrincipal",
  ],
  [
    "a statement with a resource",
    policy(allow(exact, { Resource: "*" })),
    "POLICY-FORM",
    "statement 1 must have no Resource",
  ],
  ["no statement", { Version: "2012-10-17" }, "POLICY-FORM", "statement 1 is not a JSON object"],
  [
    "an empty list of statements",
    policy(),
    "NOT-ALLOWED",
    "no statement of the trust policy allows it",
  ],
  ["a policy that is not JSON", "{", "POLICY-FORM", "the trust policy is not JSON"],
  [
    "a policy that says it is allowed",
    { allowed: true, reasons: [] },
    "POLICY-FORM",
    "statement 1 is not a JSON object",
  ],
  ["a policy that is a list", [], "POLICY-FORM", "the trust policy is not a JSON object"],
];

describe("a trust policy with", () => {
  test.each(
    policies.map(([title, trustPolicy, code, text]) => ({ title, trustPolicy, code, text })),
  )("$title: $code", async ({ trustPolicy, code, text }) => {
    const decision = await decide({ trustPolicy });
    expect(texts(decision)).toContain(text);
    expect(decision.findings.map((finding) => finding.code)).toContain(prefix + code);
    expect(decision.isAllowed).toBe(code === "ALLOWED");
  });
});

/** Everything that the findings of a decision say. */
function texts({ findings }: Decision): string {
  return findings
    .map(({ what, expected = "-", actual = "-" }) => `${what}; expected ${expected}, got ${actual}`)
    .join("\n");
}

const seconds = during.getTime() / 1000;
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });

type TokenRow = readonly [
  title: string,
  request: () => Promise<Partial<WebIdentityRequest>>,
  code: string,
  text: string,
];

const withClaims = (claims: Record<string, unknown>) => async () => ({
  token: await cluster.token("default/app", claims),
});
const withDocuments = (documents: object) => () =>
  Promise.resolve({ documents: { ...cluster.documents, ...documents } });
const withKey = (change: Record<string, unknown>) =>
  withDocuments({ jwks: { keys: [{ ...cluster.jwk, ...change }] } });

/** All with a policy that allows default/app. */
const tokens: readonly TokenRow[] = [
  ["as it should be", withClaims({}), "ALLOWED", "allows it"],
  ["whose audience is no list", withClaims({ aud: "sts.amazonaws.com" }), "ALLOWED", "allows it"],
  [
    "of another issuer",
    withClaims({ iss: "https://other.example.com" }),
    "ISSUER",
    `expected "${cluster.url}", got "https://other.example.com"`,
  ],
  [
    "whose issuer has a slash more",
    withClaims({ iss: `${cluster.url}/` }),
    "ISSUER",
    "iss of the token must be",
  ],
  [
    "for another audience",
    withClaims({ aud: "https://kubernetes.default.svc" }),
    "AUDIENCE",
    'expected "sts.amazonaws.com", got "https://kubernetes.default.svc"',
  ],
  [
    "without audience",
    withClaims({ aud: undefined }),
    "AUDIENCE",
    'expected "sts.amazonaws.com", got missing',
  ],
  [
    "for two audiences",
    withClaims({ aud: ["sts.amazonaws.com", "vault"] }),
    "AUDIENCES",
    "must be one audience where there is no azp",
  ],
  [
    "for two audiences with an authorized party",
    withClaims({ aud: ["x", "vault"], azp: "sts.amazonaws.com" }),
    "ALLOWED",
    "allows it",
  ],
  [
    "with another authorized party",
    withClaims({ azp: "vault" }),
    "AUDIENCE",
    'expected "sts.amazonaws.com", got "vault"',
  ],
  ["that has expired", withClaims({ exp: seconds - 1 }), "EXPIRED", "the token expired"],
  ["that expires now", withClaims({ exp: seconds }), "EXPIRED", "the token expired"],
  ["that expires in a second", withClaims({ exp: seconds + 1 }), "ALLOWED", "allows it"],
  ["without expiry", withClaims({ exp: undefined }), "EXPIRY", "the token must have an exp"],
  [
    "of the future",
    withClaims({ nbf: seconds + 1 }),
    "NOT-YET-VALID",
    "the token is not valid before",
  ],
  ["without nbf", withClaims({ nbf: undefined }), "ALLOWED", "allows it"],
  ["without subject", withClaims({ sub: undefined }), "SUBJECT", "the token must have a sub"],
  [
    "of another ServiceAccount",
    async () => ({ token: await cluster.token("kube-system/app") }),
    "CONDITION",
    "does not apply",
  ],
  [
    "with several things wrong",
    withClaims({ iss: "x", aud: "y", exp: 1 }),
    "ISSUER",
    "iss of the token must be",
  ],
  [
    "signed by someone else",
    async () => ({ token: await cluster.token("default/app", {}, {}, stranger.privateKey) }),
    "SIGNATURE",
    'the signature is not one of the key with kid "key-1"',
  ],
  [
    "with a kid that is not published",
    async () => ({ token: await cluster.token("default/app", {}, { kid: "key-2" }) }),
    "TOKEN-KEY",
    'no key of the JWKS has the token\'s kid "key-2"',
  ],
  [
    "whose claims were changed",
    async () => ({ token: await tampered() }),
    "SIGNATURE",
    "the signature is not one of",
  ],
  [
    "without signature",
    () => Promise.resolve({ token: unsigned() }),
    "TOKEN-ALGORITHM",
    'expected RS256, RS384, RS512, ES256, ES384, ES512, got "none"',
  ],
  [
    "signed with the public key as a shared secret",
    async () => ({ token: await confused() }),
    "TOKEN-ALGORITHM",
    'got "HS256"',
  ],
  [
    "that is none",
    () => Promise.resolve({ token: "x.y" }),
    "TOKEN-FORM",
    "the token is not a signed JWT",
  ],
  [
    "that is empty",
    () => Promise.resolve({ token: "" }),
    "TOKEN-FORM",
    "the token is not a signed JWT",
  ],
  [
    "when keys have rotated away",
    withDocuments({ jwks: { keys: [] } }),
    "TOKEN-KEY",
    "no key of the JWKS has the token's kid",
  ],
  [
    "when the JWKS is text",
    () =>
      Promise.resolve({
        documents: {
          discovery: JSON.stringify(cluster.documents.discovery),
          jwks: JSON.stringify(cluster.documents.jwks),
        },
      }),
    "ALLOWED",
    "allows it",
  ],
  [
    "when the JWKS has a line break in its modulus",
    withKey({ n: String(cluster.jwk.n).replace(/^(.{76})/, "$1\n") }),
    "KEY-ENCODING",
    '"n" of the key with kid "key-1" is not base64url of minimal length',
  ],
  [
    "when the modulus begins with a zero byte",
    withKey({ n: zeroed(String(cluster.jwk.n)) }),
    "KEY-ENCODING",
    '"n" of the key',
  ],
  ["when the exponent has padding", withKey({ e: "AQAB=" }), "KEY-ENCODING", '"e" of the key'],
  ["when the key is for encryption", withKey({ use: "enc" }), "KEY-USE", "is not for signatures"],
  [
    "when the key is for another algorithm",
    withKey({ alg: "RS512" }),
    "KEY-ALGORITHM",
    'is for "RS512", not RS256',
  ],
  [
    "when the key says neither use nor algorithm",
    withKey({ use: undefined, alg: undefined }),
    "ALLOWED",
    "allows it",
  ],
  [
    "when the key is there twice",
    withDocuments({
      jwks: { keys: [{ ...cluster.jwk, n: zeroed(String(cluster.jwk.n)) }, cluster.jwk] },
    }),
    "ALLOWED",
    "allows it",
  ],
  [
    "when the JWKS is not JSON",
    withDocuments({ jwks: "<html>" }),
    "JWKS-FORM",
    "the JWKS is not JSON",
  ],
  [
    "whose payload is no JSON",
    async () => ({
      token: await new CompactSign(Buffer.from("text"))
        .setProtectedHeader({ alg: "RS256", kid: cluster.kid })
        .sign(cluster.privateKey),
    }),
    "TOKEN-PAYLOAD",
    "the payload of the token is not JSON",
  ],
  [
    "when the discovery document is a web page",
    withDocuments({ discovery: "<html>" }),
    "DISCOVERY-FORM",
    "the discovery document is not JSON",
  ],
  [
    "when the discovery document is of another issuer",
    withDocuments({ discovery: { issuer: "https://x", jwks_uri: "https://x" } }),
    "DISCOVERY-ISSUER",
    'expected "https://s3.eu-central-1.amazonaws.com/acme-oidc", got "https://x"',
  ],
  [
    "when the discovery document has no jwks_uri",
    withDocuments({ discovery: { issuer: cluster.url } }),
    "DISCOVERY-JWKS-URI",
    "jwks_uri of the discovery document must begin with https://; expected -, got missing",
  ],
  [
    "when the provider's ARN has the host alone",
    () =>
      Promise.resolve({
        provider: {
          ...provider,
          arn: "arn:aws:iam::111122223333:oidc-provider/s3.eu-central-1.amazonaws.com",
        },
      }),
    "PROVIDER-ARN",
    `provider ARN must end with oidc-provider/${hostpath}`,
  ],
  [
    "when the provider takes other audiences",
    () => Promise.resolve({ provider: { ...provider, clientIds: ["vault"] } }),
    "AUDIENCE",
    'expected "vault", got ["sts.amazonaws.com"]',
  ],
  [
    "when the provider is on plain http",
    () => Promise.resolve({ provider: { ...provider, url: `http://${hostpath}` } }),
    "PROVIDER-URL",
    "provider URL must begin with https://",
  ],
];

async function tampered(): Promise<string> {
  const [header, payload = "", signature] = (await cluster.token("other/app")).split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
  const changed = Buffer.from(JSON.stringify({ ...claims, sub })).toString("base64url");
  return [header, changed, signature].join(".");
}

function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: cluster.url, sub, aud: "sts.amazonaws.com", exp: seconds + 60 };
  return `${part({ alg: "none", kid: cluster.kid })}.${part(claims)}.`;
}

function confused(): Promise<string> {
  const pem = createPublicKey(cluster.privateKey).export({ type: "spki", format: "pem" });
  return cluster.token("default/app", {}, { alg: "HS256" }, Buffer.from(pem));
}

function zeroed(modulus: string): string {
  return Buffer.concat([Buffer.from([0]), Buffer.from(modulus, "base64url")]).toString("base64url");
}

describe("a token", () => {
  test.each(tokens.map(([title, request, code, text]) => ({ title, request, code, text })))(
    "$title: $code",
    async ({ request, code, text }) => {
      const decision = await decide(await request());
      expect(texts(decision)).toContain(text);
      expect(decision.findings.map((finding) => finding.code)).toContain(prefix + code);
      expect(decision.isAllowed).toBe(code === "ALLOWED");
    },
  );

  test("of which several claims are wrong has a finding for each of them", async () => {
    const { findings } = await decide(await withClaims({ iss: "x", aud: "y", exp: 1, sub: "" })());
    expect(findings.map(({ code }) => code)).toEqual(
      ["ISSUER", "AUDIENCE", "SUBJECT", "EXPIRED"].map((code) => prefix + code),
    );
  });

  test("is judged at the present time when none is given", async () => {
    const { findings } = await decide({ now: undefined });
    expect(findings.map(({ what }) => what)).toEqual([
      "the token expired 2025-10-10T08:53:20.000Z",
    ]);
  });

  test("is refused when the time is no time", async () => {
    const { isAllowed, findings } = await decide({ now: new Date(NaN) });
    expect({ isAllowed, codes: findings.map(({ code }) => code) }).toEqual({
      isAllowed: false,
      codes: ["IRSA-TRUST-EXPIRED", "IRSA-TRUST-NOT-YET-VALID"],
    });
  });

  test.each([
    ["ES256", "P-256"],
    ["ES384", "P-384"],
    ["ES512", "P-521"],
  ])("of an EC key, %s, is taken", async (alg, namedCurve) => {
    const pair = generateKeyPairSync("ec", { namedCurve });
    const jwk = { ...pair.publicKey.export({ format: "jwk" }), kid: "ec", use: "sig", alg };
    const token = await cluster.token("default/app", {}, { alg, kid: "ec" }, pair.privateKey);
    const documents = { ...cluster.documents, jwks: { keys: [cluster.jwk, jwk] } };
    expect((await decide({ token, documents })).isAllowed).toBe(true);
  });

  test("of an API server before 1.16, which writes no kid, is taken with a key whose kid is empty", async () => {
    const token = await cluster.token("default/app", {}, { kid: undefined });
    const jwks = { keys: [cluster.jwk, { ...cluster.jwk, kid: "" }] };
    expect((await decide({ token })).isAllowed).toBe(false);
    expect((await decide({ token, documents: { ...cluster.documents, jwks } })).isAllowed).toBe(
      true,
    );
  });

  test("with several values in amr needs a set operator", async () => {
    const token = await cluster.token("default/app", { amr: ["a", "b"] });
    const holds = async (operator: string, ...values: string[]) =>
      (
        await decide({
          token,
          trustPolicy: policy(allow({ [operator]: { [key("amr")]: values } })),
        })
      ).isAllowed;
    expect(await holds("StringEquals", "a", "b")).toBe(false);
    expect(await holds("ForAnyValue:StringEquals", "b", "c")).toBe(true);
    expect(await holds("ForAllValues:StringEquals", "b", "c")).toBe(false);
    expect(await holds("ForAllValues:StringLike", "?")).toBe(true);
    expect(await holds("ForAnyValue:StringNotEquals", "a")).toBe(true);
    expect(await holds("ForAllValues:StringNotEquals", "a")).toBe(false);
  });
});

test("every rule of the table is met by a case above", () => {
  const met = new Set([...policies, ...tokens].map(([, , code]) => prefix + code));
  const codes = Object.values(trustRules).map(({ code }) => code);
  expect(codes.filter((code) => !met.has(code))).toEqual([]);
  expect(new Set(codes).size).toBe(codes.length);
});

test("a finding carries what the table says of its rule, and both values that were compared", async () => {
  const { findings } = await decide(await withClaims({ aud: "vault" })());
  expect(findings).toEqual([
    {
      code: "IRSA-TRUST-AUDIENCE",
      severity: "error",
      what: "aud of the token must be one of the provider's audiences",
      expected: '"sts.amazonaws.com"',
      actual: '"vault"',
      remedy: trustRules.audience.remedy,
    },
  ]);
});

test("docs/reference/findings.md is what `npm run findings` writes", () => {
  const path = join(__dirname, "../../../docs/reference/findings.md");
  expect(readFileSync(path, "utf8")).toBe(buildFindingsReference());
});
