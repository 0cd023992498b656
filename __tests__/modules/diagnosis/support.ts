import Ajv2020 from "ajv/dist/2020";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
} from "jose";
import {
  diagnose,
  diagnosisJsonSchema,
  type DiagnosisFinding,
  type Evidence,
  type EvidenceSource,
  type PodEvidence,
} from "../../../modules/diagnosis";
import {
  buildDiscoveryDocument,
  buildJwks,
  parseIssuerUrl,
  type PublicJwk,
  readPublicKeys,
} from "../../../modules/documents";

type Writable<T> = T extends readonly (infer Entry)[]
  ? Writable<Entry>[]
  : T extends object
    ? { -readonly [Name in keyof T]: Writable<T[Name]> }
    : T;

type Values = {
  [Source in EvidenceSource]: Extract<Evidence[Source], { value: unknown }>["value"];
};

/** Evidence in which nothing is missing, to be changed. */
export type Parts = Writable<Values & Pick<Evidence, "collectedAt" | "target">>;

/** What a healthy set-up is like. */
export interface SetUp {
  readonly partition?: string;
  readonly region?: string;
  /** @default "amazonaws.com" */
  readonly suffix?: string;
  readonly keyType?: "rsa" | "P-256" | "P-384" | "P-521";
  readonly distribution?: string;
  readonly form?: string;
  readonly annotationPrefix?: string;
  /** Entries of the role. @default - the ServiceAccount alone */
  readonly serviceAccounts?: readonly string[];
  readonly isMapped?: boolean;
}

export const account = "111122223333";
const issuedAt = 1_768_478_400;
export const now = new Date(issuedAt * 1000);
const pairs = new Map<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>();

function pairOf(keyType: string) {
  const known = pairs.get(keyType);
  if (known !== undefined) return known;
  const pair =
    keyType === "rsa" || keyType === "other"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: keyType });
  pairs.set(keyType, pair);
  return pair;
}

/** The JWK of a key pair, as it is published; "other" is a second one. */
export async function jwkOf(keyType: string): Promise<PublicJwk> {
  const pem = pairOf(keyType).publicKey.export({ type: "spki", format: "pem" }).toString();
  const [jwk] = await readPublicKeys(pem);
  if (jwk === undefined) throw new Error("no key");
  return jwk;
}

/** A token that a key signs, and the published key that verifies it. */
export async function tokenOf(
  keyType: string,
  claims: Readonly<Record<string, unknown>>,
  jwks: string,
): Promise<Parts["token"]> {
  const { kid, alg } = await jwkOf(keyType);
  const jwt = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg, kid })
    .sign(pairOf(keyType).privateKey);
  const verified = await jwtVerify(jwt, createLocalJWKSet(JSON.parse(jwks) as JSONWebKeySet), {
    currentDate: now,
  }).then(
    ({ protectedHeader }) => protectedHeader.kid ?? "",
    () => false as const,
  );
  return {
    header: { ...decodeProtectedHeader(jwt) },
    claims: { ...decodeJwt(jwt) },
    verifiedByPublished: verified,
    requestedAt: now.toISOString(),
  };
}

const certificate = (subject: string, issuer: string, sha1: string) => ({
  subject: `CN=${subject}`,
  issuer: `CN=${issuer}`,
  notBefore: "2025-06-01T00:00:00.000Z",
  notAfter: "2026-07-01T00:00:00.000Z",
  sha1: sha1.repeat(20),
});

/** A cluster, a ServiceAccount and a pod whose chain of trust works. */
export async function healthy(setUp: SetUp = {}): Promise<Parts> {
  const { partition = "aws", region = "eu-central-1", suffix = "amazonaws.com" } = setUp;
  const { keyType = "rsa", distribution = "talos", annotationPrefix, isMapped = false } = setUp;
  const prefix = annotationPrefix ?? "eks.amazonaws.com";
  const { url, hostpath, jwksUri } = parseIssuerUrl(`https://s3.${region}.${suffix}/acme-oidc`);
  const jwk = await jwkOf(keyType);
  const jwks = buildJwks([jwk]);
  const discovery = JSON.stringify(
    buildDiscoveryDocument({ issuer: url, jwksUri, algorithms: [jwk.alg] }),
  );
  const roleArn = `arn:${partition}:iam::${account}:role/prod-app`;
  const providerArn = `arn:${partition}:iam::${account}:oidc-provider/${hostpath}`;
  const serviceAccounts = [...(setUp.serviceAccounts ?? ["shop/app"])];
  const isWild = serviceAccounts.some((entry) => /[*?]/.test(entry));
  const subjects = serviceAccounts.map(
    (entry) => `system:serviceaccount:${entry.replace("/", ":")}`,
  );
  const claims = {
    iss: url,
    sub: "system:serviceaccount:shop:app",
    aud: ["sts.amazonaws.com"],
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + 86_400,
  };
  const answer = (document: string, body: string) => ({
    url: document,
    status: 200,
    headers: { "content-type": "application/json", date: now.toUTCString() },
    body,
    milliseconds: 80,
    chain: [
      certificate(`s3.${region}.${suffix}`, "Public CA M01", "ab"),
      certificate("Public CA M01", "Public Root", "cd"),
    ],
  });
  const pod = (name: string): Writable<PodEvidence> => ({
    namespace: "shop",
    name,
    serviceAccount: "app",
    createdAt: "2026-01-14T12:00:00Z",
    isHostNetwork: false,
    annotations: {},
    labels: { app: "shop" },
    containers: [
      {
        name: "app",
        isInit: false,
        env: {
          AWS_ROLE_ARN: roleArn,
          AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
          AWS_REGION: region,
          AWS_DEFAULT_REGION: region,
          AWS_STS_REGIONAL_ENDPOINTS: "regional",
        },
        envFrom: [],
        mounts: { "aws-iam-token": "/var/run/secrets/eks.amazonaws.com/serviceaccount" },
      },
    ],
    projectedTokens: [
      {
        volume: "aws-iam-token",
        path: "token",
        audience: "sts.amazonaws.com",
        expirationSeconds: 86_400,
        mode: 0o644,
      },
    ],
  });
  const endpoints = ["https://10.0.0.2:6443", "https://10.0.0.3:6443", "https://10.0.0.4:6443"];
  return {
    collectedAt: now.toISOString(),
    target: { cluster: "prod", serviceAccount: "shop/app" },
    intended: {
      issuerUrl: url,
      audiences: ["sts.amazonaws.com"],
      region,
      partition,
      distribution,
      ...(setUp.form !== undefined && { form: setUp.form }),
      keyIds: [jwk.kid],
      identityProviderArn: providerArn,
      acceptedIssuers: ["https://10.0.0.1:6443"],
      roles: [{ name: "app", arn: roleArn, serviceAccounts }],
    },
    published: {
      discovery: answer(`${url}/.well-known/openid-configuration`, discovery),
      jwks: answer(jwksUri, jwks),
    },
    account: {
      accountId: account,
      partition,
      providers: [
        { arn: providerArn, url, clientIds: ["sts.amazonaws.com"], thumbprints: ["cd".repeat(20)] },
      ],
    },
    roles: [
      {
        arn: roleArn,
        exists: true,
        trustPolicy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Federated: providerArn },
              Action: "sts:AssumeRoleWithWebIdentity",
              Condition: isWild
                ? {
                    StringEquals: { [`${hostpath}:aud`]: "sts.amazonaws.com" },
                    StringLike: { [`${hostpath}:sub`]: subjects },
                  }
                : {
                    StringEquals: {
                      [`${hostpath}:aud`]: "sts.amazonaws.com",
                      [`${hostpath}:sub`]: subjects,
                    },
                  },
            },
          ],
        },
        maxSessionDuration: 3600,
      },
    ],
    apiServers: endpoints.map((endpoint) => ({
      endpoint,
      discovery: { value: JSON.stringify({ issuer: url, jwks_uri: `${endpoint}/openid/v1/jwks` }) },
      jwks: { value: jwks },
    })),
    token: await tokenOf(keyType, claims, jwks),
    serviceAccount: {
      namespace: "shop",
      name: "app",
      exists: true,
      annotations: isMapped ? {} : { [`${prefix}/role-arn`]: roleArn },
      createdAt: "2026-01-10T12:00:00Z",
      annotatedAt: "2026-01-10T12:00:00Z",
    },
    namespace: { name: "shop", labels: { "kubernetes.io/metadata.name": "shop" } },
    webhook: {
      hooks: [
        {
          name: "pod-identity-webhook/pod-identity-webhook.amazonaws.com",
          failurePolicy: "Ignore",
          createdAt: "2026-01-09T12:00:00Z",
          namespaceSelector: {
            matchExpressions: [
              { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system"] },
            ],
          },
          objectSelector: {},
          authorities: [certificate("pod-identity-webhook-ca", "pod-identity-webhook-ca", "ef")],
          service: "pod-identity-webhook/pod-identity-webhook",
          readyEndpoints: 2,
          pods: ["a", "b"].map((name) => ({
            name: `pod-identity-webhook-${name}`,
            isReady: true,
            restarts: 0,
            args: [
              "--in-cluster=false",
              `--annotation-prefix=${prefix}`,
              "--token-audience=sts.amazonaws.com",
              `--aws-default-region=${region}`,
              "--token-expiration=86400",
              ...(isMapped ? ["--watch-config-map=true"] : []),
            ],
          })),
          certificate: certificate("pod-identity-webhook", "pod-identity-webhook-ca", "12"),
        },
      ],
    },
    dryRun: { pod: pod("irsa-doctor") },
    pods: [pod("app-7f9c4d")],
    sts: { endpoint: `https://sts.${region}.${suffix}`, roleArn, isAllowed: true },
    clocks: (["aws", "apiServer", "issuer"] as const).map((of) => ({
      server: of,
      of,
      time: now.toISOString(),
      localTime: now.toISOString(),
    })),
  };
}

/** Evidence of parts; those that are named are missing. */
export function evidenceOf(
  { collectedAt, target, ...sources }: Parts,
  ...missing: readonly EvidenceSource[]
): Evidence {
  const collected = Object.entries(sources).map(([name, value]) => [
    name,
    missing.some((one) => one === name) ? { missing: "not collected" } : { value },
  ]);
  return { collectedAt, target, ...Object.fromEntries(collected) } as Evidence;
}

export const isDiagnosis = new Ajv2020({ strict: true }).compile(diagnosisJsonSchema());

/** What is found, of a diagnosis that follows its schema and shows no key and no token. */
export function findingsOf(evidence: Evidence): DiagnosisFinding[] {
  const diagnosis = diagnose(evidence);
  isDiagnosis(JSON.parse(JSON.stringify(diagnosis)));
  expect(isDiagnosis.errors ?? []).toEqual([]);
  expect(JSON.stringify(diagnosis)).not.toMatch(/"n":|eyJ[\w-]+\.eyJ/);
  return diagnosis.links.flatMap(({ findings }) => findings);
}
