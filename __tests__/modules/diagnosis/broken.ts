import { type Parts, jwkOf, now, tokenOf } from "./support";

/** The least change of a healthy set-up in which a rule has the top finding. */
export type Break = (parts: Parts) => void | Promise<void>;

function first<T>(list: readonly T[] | undefined): T {
  const [one] = list ?? [];
  if (one === undefined) throw new Error("an empty list");
  return one;
}

const hook = (parts: Parts) => first(parts.webhook.hooks);
const pod = (parts: Parts) => first(parts.pods);
const container = (parts: Parts) => first(pod(parts).containers);
const provider = (parts: Parts) => first(parts.account.providers);
const role = (parts: Parts) => first(parts.roles);
const discovery = (parts: Parts) => parts.published.discovery;
const roleName = "eks.amazonaws.com/role-arn";

function jwks(parts: Parts) {
  if (parts.published.jwks === undefined) throw new Error("no JWKS");
  return parts.published.jwks;
}

interface Keys {
  keys: Record<string, unknown>[];
}

function changeKeys(parts: Parts, change: (set: Keys) => void): void {
  const set = JSON.parse(jwks(parts).body ?? "") as Keys;
  change(set);
  jwks(parts).body = JSON.stringify(set);
}

function changeDiscovery(parts: Parts, change: Record<string, unknown>): void {
  const document = JSON.parse(discovery(parts).body ?? "") as Record<string, unknown>;
  discovery(parts).body = JSON.stringify({ ...document, ...change });
}

function signAs(parts: Parts, issuer: string): void {
  for (const server of parts.apiServers) {
    server.discovery = { value: JSON.stringify({ issuer }) };
  }
  parts.token.claims = { ...parts.token.claims, iss: issuer };
}

function changeClaims(parts: Parts, claims: Record<string, unknown>): void {
  parts.token.claims = { ...parts.token.claims, ...claims };
}

interface Statement {
  Effect: string;
  Principal: Record<string, unknown>;
  Action: string;
  Condition: Record<string, Record<string, unknown>>;
}

/** The statement of the role's trust policy. */
function statement(parts: Parts): Statement {
  return first((role(parts).trustPolicy as { Statement: Statement[] }).Statement);
}

function condition(parts: Parts, change: (equals: Record<string, unknown>) => void): void {
  const { StringEquals = {} } = statement(parts).Condition;
  change(StringEquals);
}

const hostpath = "s3.eu-central-1.amazonaws.com/acme-oidc";

/** The dry run's pod, and what the webhook has given it is gone. */
function withoutRole(parts: Parts): void {
  if (!("pod" in parts.dryRun)) return;
  const own = first(parts.dryRun.pod.containers);
  own.env = {};
  own.mounts = {};
  parts.dryRun.pod.projectedTokens = [];
}

function stripPod(parts: Parts): void {
  container(parts).env = {};
  container(parts).mounts = {};
  pod(parts).projectedTokens = [];
}

function answerBoth(parts: Parts, change: Partial<Parts["published"]["discovery"]>): void {
  for (const one of [discovery(parts), jwks(parts)]) Object.assign(one, change);
}

/** No answer, as a client sees it that could not connect. */
function refuseBoth(parts: Parts, error: string, more: object = {}): void {
  for (const one of [discovery(parts), jwks(parts)]) {
    delete one.status;
    delete one.body;
    Object.assign(one, { error, ...more });
  }
}

const ahead = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();

function setClock(parts: Parts, of: "aws" | "apiServer", seconds: number): void {
  for (const clock of parts.clocks) if (clock.of === of) clock.time = ahead(seconds);
}

const privateCa = (parts: Parts) => {
  answerBoth(parts, {
    chainError: "SELF_SIGNED_CERT_IN_CHAIN",
    chain: [
      {
        subject: "CN=oidc",
        issuer: "CN=Acme CA",
        notBefore: "2025-06-01T00:00:00Z",
        notAfter: "2026-07-01T00:00:00Z",
        sha1: "99".repeat(20),
      },
    ],
  });
};

const otherCertificate = {
  subject: "CN=old-ca",
  issuer: "CN=old-ca",
  notBefore: "2024-01-01T00:00:00Z",
  notAfter: "2026-07-01T00:00:00Z",
  sha1: "77".repeat(20),
};

/** By code; a code may have several set-ups. */
export const broken: readonly (readonly [code: string, title: string, change: Break])[] = [
  [
    "IRSA-DIAG-API-ISSUER-FORM",
    "a slash at the end",
    (p) => {
      signAs(p, `${p.intended.issuerUrl}/`);
    },
  ],
  [
    "IRSA-DIAG-API-ISSUER-FORM",
    "a port",
    (p) => {
      signAs(p, p.intended.issuerUrl.replace(".com/", ".com:443/"));
    },
  ],
  [
    "IRSA-DIAG-API-ISSUER-FORM",
    "upper case",
    (p) => {
      signAs(p, p.intended.issuerUrl.replace("acme", "Acme"));
    },
  ],
  [
    "IRSA-DIAG-API-ISSUER-OTHER",
    "another path",
    (p) => {
      signAs(p, p.intended.issuerUrl.replace("acme-oidc", "acme"));
    },
  ],
  [
    "IRSA-DIAG-API-ISSUER-ORDER",
    "the accepted issuer first",
    (p) => {
      signAs(p, "https://10.0.0.1:6443");
    },
  ],
  [
    "IRSA-DIAG-API-ISSUER-DEFAULT",
    "the distribution's default",
    (p) => {
      signAs(p, "https://kubernetes.default.svc.cluster.local");
    },
  ],
  [
    "IRSA-DIAG-API-ISSUER-OTHER",
    "another issuer",
    (p) => {
      signAs(p, "https://oidc.example.org/old");
    },
  ],
  [
    "IRSA-DIAG-API-ISSUER-OTHER",
    "one of three API servers",
    (p) => {
      first(p.apiServers).discovery = { value: '{"issuer":"https://oidc.example.org/old"}' };
    },
  ],
  [
    "IRSA-DIAG-API-KEYS-DIFFER",
    "one of three API servers",
    async (p) => {
      const keys = [await jwkOf("other")];
      first(p.apiServers).jwks = { value: JSON.stringify({ keys }) };
    },
  ],
  [
    "IRSA-DIAG-API-KEYS-DIFFER",
    "one of three API servers, which signed the token",
    async (p) => {
      const keys = [await jwkOf("other")];
      first(p.apiServers).jwks = { value: JSON.stringify({ keys }) };
      p.token = await tokenOf("other", p.token.claims, jwks(p).body ?? "");
    },
  ],
  [
    "IRSA-DIAG-ISSUER-URL",
    "a port",
    (p) => {
      const url = p.intended.issuerUrl.replace(".com/", ".com:8443/");
      signAs(p, url);
      p.intended.issuerUrl = url;
      changeDiscovery(p, { issuer: url });
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-UNREACHABLE",
    "no such host",
    (p) => {
      refuseBoth(p, "ENOTFOUND");
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-UNREACHABLE",
    "time-out",
    (p) => {
      refuseBoth(p, "ETIMEDOUT");
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-CERTIFICATE-EXPIRED",
    "by its date",
    (p) => {
      for (const one of discovery(p).chain ?? []) one.notAfter = "2026-01-01T00:00:00Z";
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-CERTIFICATE-EXPIRED",
    "by its code",
    (p) => {
      refuseBoth(p, "CERT_HAS_EXPIRED", { chainError: "CERT_HAS_EXPIRED" });
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-CERTIFICATE-HOST",
    "a bucket with periods",
    (p) => {
      refuseBoth(p, "ERR_TLS_CERT_ALTNAME_INVALID");
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-PRIVATE-CA",
    "without a thumbprint",
    (p) => {
      privateCa(p);
      provider(p).thumbprints = [];
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-NOT-PUBLIC",
    "403",
    (p) => {
      answerBoth(p, { status: 403, body: "<Error/>" });
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-NOT-FOUND",
    "404 for the JWKS",
    (p) => {
      Object.assign(jwks(p), { status: 404, body: "" });
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-REDIRECT",
    "301",
    (p) => {
      answerBoth(p, { status: 301, body: "", headers: { location: "https://example.org/" } });
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-STATUS",
    "503",
    (p) => {
      Object.assign(jwks(p), { status: 503, body: "" });
    },
  ],
  [
    "IRSA-DIAG-KEYS-PRIVATE",
    "d",
    (p) => {
      changeKeys(p, ({ keys }) => {
        first(keys).d = "(key material)";
      });
    },
  ],
  [
    "IRSA-DIAG-KEYS-NONE",
    "an empty set",
    (p) => {
      changeKeys(p, (set) => {
        set.keys = [];
      });
    },
  ],
  [
    "IRSA-TRUST-DISCOVERY-FORM",
    "a web page",
    (p) => {
      discovery(p).body = "<html>";
    },
  ],
  [
    "IRSA-TRUST-DISCOVERY-ISSUER",
    "a slash at the end",
    (p) => {
      changeDiscovery(p, { issuer: `${p.intended.issuerUrl}/` });
    },
  ],
  [
    "IRSA-TRUST-DISCOVERY-JWKS-URI",
    "none",
    (p) => {
      changeDiscovery(p, { jwks_uri: undefined });
      delete p.published.jwks;
    },
  ],
  [
    "IRSA-TRUST-JWKS-FORM",
    "a web page",
    (p) => {
      jwks(p).body = "<html>";
    },
  ],
  [
    "IRSA-TRUST-TOKEN-KEY",
    "a key of another cluster",
    async (p) => {
      p.token = await tokenOf("other", p.token.claims, jwks(p).body ?? "");
    },
  ],
  [
    "IRSA-TRUST-KEY-USE",
    "enc",
    (p) => {
      changeKeys(p, ({ keys }) => {
        first(keys).use = "enc";
      });
    },
  ],
  [
    "IRSA-TRUST-KEY-ALGORITHM",
    "PS256",
    (p) => {
      changeKeys(p, ({ keys }) => {
        first(keys).alg = "PS256";
      });
    },
  ],
  [
    "IRSA-TRUST-KEY-ENCODING",
    "line breaks",
    (p) => {
      changeKeys(p, ({ keys }) => {
        first(keys).n = String(first(keys).n).replace(/(.{76})/g, "$1\n");
      });
    },
  ],
  [
    "IRSA-TRUST-KEY-ENCODING",
    "padding",
    (p) => {
      changeKeys(p, ({ keys }) => {
        first(keys).n = `${String(first(keys).n)}==`;
      });
    },
  ],
  [
    "IRSA-TRUST-KEY-ENCODING",
    "a leading zero",
    (p) => {
      changeKeys(p, ({ keys }) => {
        const bytes = Buffer.from(String(first(keys).n), "base64url");
        first(keys).n = Buffer.concat([Buffer.alloc(1), bytes]).toString("base64url");
      });
    },
  ],
  [
    "IRSA-DIAG-KEYS-UNSOUND",
    "Ed25519",
    (p) => {
      changeKeys(p, ({ keys }) => {
        keys.push({
          kty: "OKP",
          crv: "Ed25519",
          kid: "ed",
          x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        });
      });
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-MEMBERS",
    "without response types",
    (p) => {
      changeDiscovery(p, { response_types_supported: undefined });
    },
  ],
  [
    "IRSA-DIAG-KEYS-TOO-MANY",
    "101 keys",
    (p) => {
      changeKeys(p, (set) => {
        set.keys = Array.from({ length: 101 }, (_, index) =>
          index === 0 ? { ...first(set.keys) } : { ...first(set.keys), kid: `key-${index}` },
        );
      });
    },
  ],
  [
    "IRSA-DIAG-KEYS-REPEATED-KID",
    "two keys",
    async (p) => {
      const other = await jwkOf("other");
      changeKeys(p, ({ keys }) => {
        keys.push({ ...other, kid: first(keys).kid });
      });
    },
  ],
  [
    "IRSA-DIAG-KEYS-NOT-PUBLISHED",
    "the documents of another cluster",
    async (p) => {
      const other = await jwkOf("other");
      for (const server of p.apiServers) server.jwks = { value: JSON.stringify({ keys: [other] }) };
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-SLOW",
    "6 s",
    (p) => {
      jwks(p).milliseconds = 6000;
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-CACHE",
    "no-store",
    (p) => {
      answerBoth(p, { headers: { "cache-control": "no-store" } });
    },
  ],
  [
    "IRSA-DIAG-KEYS-STALE",
    "a key that is not published yet",
    (p) => {
      p.intended.keyIds?.push("next");
    },
  ],
  [
    "IRSA-DIAG-KEYS-NOT-USED",
    "a key that is staged",
    async (p) => {
      const other = await jwkOf("other");
      changeKeys(p, ({ keys }) => {
        keys.push({ ...other });
      });
    },
  ],
  [
    "IRSA-DIAG-DOCUMENTS-CONTENT-TYPE",
    "text/html",
    (p) => {
      answerBoth(p, { headers: { "content-type": "text/html" } });
    },
  ],
  [
    "IRSA-DIAG-PROVIDER-ACCOUNT",
    "in another account",
    (p) => {
      p.account.providers = [];
      p.intended.identityProviderArn = p.intended.identityProviderArn?.replace(
        "111122223333",
        "444455556666",
      );
    },
  ],
  [
    "IRSA-DIAG-PROVIDER-URL",
    "a slash at the end",
    (p) => {
      provider(p).url += "/";
    },
  ],
  [
    "IRSA-DIAG-PROVIDER-MISSING",
    "none",
    (p) => {
      p.account.providers = [];
    },
  ],
  [
    "IRSA-DIAG-PROVIDER-AUDIENCE",
    "another client ID",
    (p) => {
      provider(p).clientIds = ["sts.amazonaws.com.cn"];
    },
  ],
  ["IRSA-DIAG-PROVIDER-THUMBPRINT", "of another chain", privateCa],
  [
    "IRSA-DIAG-PROVIDER-DUMMY-THUMBPRINT",
    "of f alone",
    (p) => {
      provider(p).thumbprints = ["f".repeat(40)];
    },
  ],
  [
    "IRSA-DIAG-TOKEN-LEGACY",
    "of a Secret",
    (p) => {
      changeClaims(p, { iss: "kubernetes/serviceaccount", aud: undefined, exp: undefined });
    },
  ],
  [
    "IRSA-DIAG-CLOCK-AHEAD",
    "ten minutes",
    (p) => {
      setClock(p, "apiServer", 600);
      changeClaims(p, { nbf: now.getTime() / 1000 + 600, iat: now.getTime() / 1000 + 600 });
    },
  ],
  [
    "IRSA-TRUST-TOKEN-ALGORITHM",
    "PS256",
    (p) => {
      p.token.header = { ...p.token.header, alg: "none" };
      changeKeys(p, ({ keys }) => {
        delete first(keys).alg;
      });
    },
  ],
  [
    "IRSA-TRUST-SIGNATURE",
    "of another key with the kid",
    (p) => {
      p.token.verifiedByPublished = false;
    },
  ],
  [
    "IRSA-TRUST-ISSUER",
    "of before a change",
    (p) => {
      changeClaims(p, { iss: "https://oidc.example.org/old" });
    },
  ],
  [
    "IRSA-TRUST-AUDIENCES",
    "two",
    (p) => {
      changeClaims(p, { aud: ["sts.amazonaws.com", "vault"] });
    },
  ],
  [
    "IRSA-TRUST-AUDIENCE",
    "the API server's own",
    (p) => {
      changeClaims(p, { aud: ["https://10.0.0.1:6443"] });
    },
  ],
  [
    "IRSA-TRUST-SUBJECT",
    "none",
    (p) => {
      changeClaims(p, { sub: undefined });
    },
  ],
  [
    "IRSA-TRUST-EXPIRY",
    "none",
    (p) => {
      changeClaims(p, { exp: undefined });
    },
  ],
  [
    "IRSA-TRUST-EXPIRED",
    "an hour ago",
    (p) => {
      changeClaims(p, { exp: now.getTime() / 1000 - 3600 });
    },
  ],
  [
    "IRSA-TRUST-NOT-YET-VALID",
    "in an hour",
    (p) => {
      changeClaims(p, { nbf: now.getTime() / 1000 + 3600 });
    },
  ],
  [
    "IRSA-DIAG-CLOCK-BEHIND",
    "ten minutes",
    (p) => {
      setClock(p, "apiServer", -600);
    },
  ],
  [
    "IRSA-DIAG-CLOCK-HERE",
    "ten minutes",
    (p) => {
      setClock(p, "aws", 600);
      setClock(p, "apiServer", 600);
    },
  ],
  [
    "IRSA-DIAG-ROLE-MISSING",
    "deleted",
    (p) => {
      p.roles = [{ arn: role(p).arn, exists: false }];
    },
  ],
  [
    "IRSA-DIAG-ROLE-SESSION-DURATION",
    "longer than allowed",
    (p) => {
      container(p).env.AWS_ROLE_DURATION_SECONDS = "7200";
    },
  ],
  [
    "IRSA-DIAG-ROLE-SESSION-DURATION",
    "by the answer of STS",
    (p) => {
      p.sts = {
        ...p.sts,
        isAllowed: false,
        code: "ValidationError",
        message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
      };
    },
  ],
  [
    "IRSA-TRUST-POLICY-FORM",
    "no effect",
    (p) => {
      statement(p).Effect = "Permit";
    },
  ],
  [
    "IRSA-TRUST-CONDITION-OPERATOR",
    "a misspelt operator",
    (p) => {
      statement(p).Condition.StringEqual = { a: "b" };
    },
  ],
  [
    "IRSA-TRUST-DENIED",
    "a Deny",
    (p) => {
      statement(p).Effect = "Deny";
    },
  ],
  [
    "IRSA-TRUST-PRINCIPAL",
    "a provider of the host alone",
    (p) => {
      statement(p).Principal.Federated =
        "arn:aws:iam::111122223333:oidc-provider/s3.eu-central-1.amazonaws.com";
    },
  ],
  [
    "IRSA-TRUST-PRINCIPAL",
    "a provider of another account",
    (p) => {
      statement(p).Principal.Federated = String(statement(p).Principal.Federated).replace(
        "111122223333",
        "444455556666",
      );
    },
  ],
  [
    "IRSA-TRUST-ACTION",
    "sts:AssumeRole",
    (p) => {
      statement(p).Action = "sts:AssumeRole";
    },
  ],
  [
    "IRSA-TRUST-WILDCARD",
    "under StringEquals",
    (p) => {
      condition(p, (equals) => {
        equals[`${hostpath}:sub`] = "system:serviceaccount:shop:*";
      });
    },
  ],
  [
    "IRSA-TRUST-CONDITION-KEY",
    "the host without its path",
    (p) => {
      condition(p, (equals) => {
        equals["s3.eu-central-1.amazonaws.com:sub"] = equals[`${hostpath}:sub`];
        Reflect.deleteProperty(equals, `${hostpath}:sub`);
      });
    },
  ],
  [
    "IRSA-TRUST-CONDITION-KEY",
    "with https://",
    (p) => {
      condition(p, (equals) => {
        equals[`https://${hostpath}:aud`] = "sts.amazonaws.com";
      });
    },
  ],
  [
    "IRSA-TRUST-CONDITION",
    "another ServiceAccount",
    (p) => {
      condition(p, (equals) => {
        equals[`${hostpath}:sub`] = "system:serviceaccount:shop:web";
      });
    },
  ],
  [
    "IRSA-TRUST-UNDECIDED",
    "a variable",
    (p) => {
      condition(p, (equals) => {
        equals[`${hostpath}:sub`] = "system:serviceaccount:${aws:PrincipalTag/ns}:app";
      });
    },
  ],
  [
    "IRSA-TRUST-NOT-ALLOWED",
    "no statement",
    (p) => {
      role(p).trustPolicy = { Version: "2012-10-17", Statement: [] };
    },
  ],
  [
    "IRSA-DIAG-ROLE-ANYBODY",
    "without sub",
    (p) => {
      condition(p, (equals) => {
        Reflect.deleteProperty(equals, `${hostpath}:sub`);
      });
    },
  ],
  [
    "IRSA-DIAG-ROLE-ANY-AUDIENCE",
    "without aud",
    (p) => {
      condition(p, (equals) => {
        Reflect.deleteProperty(equals, `${hostpath}:aud`);
      });
    },
  ],
  [
    "IRSA-DIAG-ROLE-SEVERAL",
    "two roles",
    (p) => {
      p.intended.roles.push({
        name: "app-2",
        arn: `${role(p).arn}-2`,
        serviceAccounts: ["shop/app"],
      });
    },
  ],
  [
    "IRSA-DIAG-SERVICE-ACCOUNT-MISSING",
    "misspelt",
    (p) => {
      p.serviceAccount = { namespace: "shop", name: "app", exists: false, annotations: {} };
    },
  ],
  [
    "IRSA-DIAG-ANNOTATION-PREFIX",
    "of another prefix",
    (p) => {
      p.serviceAccount.annotations = { "irsa.acme.example/role-arn": role(p).arn };
      withoutRole(p);
    },
  ],
  [
    "IRSA-DIAG-ANNOTATION-NAME",
    "an underscore",
    (p) => {
      p.serviceAccount.annotations = { "eks.amazonaws.com/role_arn": role(p).arn };
      withoutRole(p);
    },
  ],
  [
    "IRSA-DIAG-ANNOTATION-NAME",
    "of kube2iam",
    (p) => {
      p.serviceAccount.annotations = { "iam.amazonaws.com/role": role(p).arn };
      withoutRole(p);
    },
  ],
  [
    "IRSA-DIAG-ANNOTATION-ON-POD",
    "on the pod",
    (p) => {
      p.serviceAccount.annotations = {};
      pod(p).annotations = { [roleName]: role(p).arn };
      withoutRole(p);
      stripPod(p);
    },
  ],
  [
    "IRSA-DIAG-ANNOTATION-MISSING",
    "none",
    (p) => {
      p.serviceAccount.annotations = {};
      withoutRole(p);
      stripPod(p);
    },
  ],
  [
    "IRSA-DIAG-ROLE-ARN-FORM",
    "a name",
    (p) => {
      p.serviceAccount.annotations[roleName] = "prod-app";
    },
  ],
  [
    "IRSA-DIAG-ROLE-ARN-FORM",
    "a space",
    (p) => {
      p.serviceAccount.annotations[roleName] = `${role(p).arn} `;
    },
  ],
  [
    "IRSA-DIAG-ROLE-PARTITION",
    "aws-cn",
    (p) => {
      p.serviceAccount.annotations[roleName] = role(p).arn.replace("arn:aws:", "arn:aws-cn:");
    },
  ],
  [
    "IRSA-DIAG-ROLE-ACCOUNT",
    "another account",
    (p) => {
      p.serviceAccount.annotations[roleName] = role(p).arn.replace("111122223333", "444455556666");
    },
  ],
  [
    "IRSA-DIAG-ROLE-OTHER",
    "another role",
    (p) => {
      const arn = `${role(p).arn}-2`;
      p.serviceAccount.annotations[roleName] = arn;
      p.roles = [{ ...role(p), arn }];
      for (const one of [p.dryRun, { pod: pod(p) }]) {
        if ("pod" in one) first(one.pod.containers).env.AWS_ROLE_ARN = arn;
      }
      p.sts.roleArn = arn;
    },
  ],
  [
    "IRSA-DIAG-ANNOTATION-AUDIENCE",
    "vault",
    (p) => {
      p.serviceAccount.annotations["eks.amazonaws.com/audience"] = "vault";
      changeClaims(p, { aud: ["vault"] });
      if ("pod" in p.dryRun) first(p.dryRun.pod.projectedTokens).audience = "vault";
    },
  ],
  [
    "IRSA-DIAG-ANNOTATION-EXPIRATION",
    "300",
    (p) => {
      p.serviceAccount.annotations["eks.amazonaws.com/token-expiration"] = "300";
      first("pod" in p.dryRun ? p.dryRun.pod.projectedTokens : []).expirationSeconds = 300;
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-MISSING",
    "none",
    (p) => {
      p.webhook.hooks = [];
      withoutRole(p);
      stripPod(p);
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-NAMESPACE",
    "excluded",
    (p) => {
      hook(p).namespaceSelector = {
        matchExpressions: [
          { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["shop"] },
        ],
      };
      p.namespace.labels = {};
      withoutRole(p);
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-NAMESPACE",
    "without a label",
    (p) => {
      hook(p).namespaceSelector = { matchLabels: { irsa: "enabled" } };
      withoutRole(p);
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-OBJECT",
    "a label that opts out",
    (p) => {
      hook(p).objectSelector = { matchExpressions: [{ key: "app", operator: "DoesNotExist" }] };
      stripPod(p);
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-CRASHING",
    "every pod",
    (p) => {
      for (const one of hook(p).pods)
        Object.assign(one, { isReady: false, restarts: 7, waiting: "CrashLoopBackOff" });
      hook(p).readyEndpoints = 0;
      withoutRole(p);
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-NOT-READY",
    "no pod",
    (p) => {
      hook(p).pods = [];
      hook(p).readyEndpoints = 0;
      withoutRole(p);
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-NO-ENDPOINTS",
    "a wrong selector",
    (p) => {
      hook(p).readyEndpoints = 0;
      withoutRole(p);
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-CA-MISSING",
    "none",
    (p) => {
      hook(p).authorities = [];
      withoutRole(p);
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-CA-FOREIGN",
    "another",
    (p) => {
      hook(p).authorities = [otherCertificate];
      withoutRole(p);
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-CERTIFICATE-EXPIRED",
    "the authority",
    (p) => {
      for (const one of hook(p).authorities) one.notAfter = "2026-01-01T00:00:00Z";
      withoutRole(p);
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-CALL-FAILS",
    "a time-out",
    (p) => {
      p.dryRun = {
        refusal:
          'Internal error occurred: failed calling webhook "pod-identity-webhook.amazonaws.com": context deadline exceeded',
      };
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-NOT-MUTATING",
    "for no reason",
    (p) => {
      withoutRole(p);
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-AUDIENCE",
    "another flag",
    (p) => {
      for (const one of hook(p).pods)
        one.args = one.args.map((arg) => arg.replace("=sts.amazonaws.com", "=vault"));
      changeClaims(p, { aud: ["vault"] });
      if ("pod" in p.dryRun) first(p.dryRun.pod.projectedTokens).audience = "vault";
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-REGION",
    "the chart's default",
    (p) => {
      for (const one of hook(p).pods)
        one.args = one.args.map((arg) => arg.replace("eu-central-1", "us-east-1"));
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-REGION",
    "in a new pod",
    (p) => {
      if ("pod" in p.dryRun) first(p.dryRun.pod.containers).env.AWS_REGION = "eu-west-1";
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-EXPIRATION",
    "another",
    (p) => {
      p.serviceAccount.annotations["eks.amazonaws.com/token-expiration"] = "3600";
    },
  ],
  [
    "IRSA-DIAG-WEBHOOK-IGNORE",
    "one replica",
    (p) => {
      hook(p).pods.pop();
    },
  ],
  [
    "IRSA-DIAG-POD-SERVICE-ACCOUNT",
    "default",
    (p) => {
      p.target.pod = "shop/app-7f9c4d";
      pod(p).serviceAccount = "default";
    },
  ],
  [
    "IRSA-DIAG-POD-NOT-MUTATED",
    "older than the annotation",
    (p) => {
      stripPod(p);
      p.serviceAccount.annotatedAt = "2026-01-15T00:00:00Z";
    },
  ],
  [
    "IRSA-DIAG-POD-NOT-MUTATED",
    "older than the webhook",
    (p) => {
      stripPod(p);
      hook(p).createdAt = "2026-01-15T00:00:00Z";
    },
  ],
  [
    "IRSA-DIAG-POD-STALE-ROLE",
    "of before",
    (p) => {
      container(p).env.AWS_ROLE_ARN = `${role(p).arn}-old`;
    },
  ],
  [
    "IRSA-DIAG-POD-AUDIENCE",
    "of before",
    (p) => {
      first(pod(p).projectedTokens).audience = "vault";
    },
  ],
  [
    "IRSA-DIAG-POD-STATIC-KEYS",
    "in env",
    (p) => {
      container(p).env.AWS_ACCESS_KEY_ID = true;
    },
  ],
  [
    "IRSA-DIAG-POD-TOKEN-NOT-MOUNTED",
    "variables of the template",
    (p) => {
      container(p).mounts = {};
    },
  ],
  [
    "IRSA-DIAG-POD-TOKEN-PERMISSION",
    "a sidecar of another user",
    (p) => {
      first(pod(p).projectedTokens).mode = 0o600;
      container(p).runAsUser = 1000;
      pod(p).containers.push({ ...container(p), name: "sidecar", runAsUser: 2000 });
    },
  ],
  [
    "IRSA-DIAG-POD-REGION",
    "of another partition",
    (p) => {
      container(p).env.AWS_REGION = "cn-north-1";
    },
  ],
  [
    "IRSA-DIAG-POD-GLOBAL-STS",
    "in China",
    (p) => {
      container(p).env.AWS_STS_REGIONAL_ENDPOINTS = "legacy";
    },
  ],
  [
    "IRSA-DIAG-POD-ENV-FROM",
    "a Secret",
    (p) => {
      container(p).envFrom = ["secret/shop-aws"];
    },
  ],
  [
    "IRSA-DIAG-POD-PROFILE",
    "a profile",
    (p) => {
      container(p).env.AWS_PROFILE = "shop";
    },
  ],
  [
    "IRSA-DIAG-POD-STS-ENDPOINT",
    "an object store",
    (p) => {
      container(p).env.AWS_ENDPOINT_URL = "http://minio:9000";
    },
  ],
  [
    "IRSA-DIAG-POD-CONTAINER-WITHOUT-ROLE",
    "a sidecar",
    (p) => {
      pod(p).containers.push({ name: "proxy", isInit: false, env: {}, envFrom: [], mounts: {} });
    },
  ],
  [
    "IRSA-DIAG-POD-SKIPPED-CONTAINER",
    "a sidecar",
    (p) => {
      pod(p).annotations = { "eks.amazonaws.com/skip-containers": "proxy" };
      pod(p).containers.push({ name: "proxy", isInit: false, env: {}, envFrom: [], mounts: {} });
    },
  ],
  [
    "IRSA-DIAG-POD-HOST-NETWORK",
    "on",
    (p) => {
      pod(p).isHostNetwork = true;
    },
  ],
  [
    "IRSA-DIAG-STS-ORGANIZATION-POLICY",
    "403",
    (p) => {
      p.sts = {
        ...p.sts,
        isAllowed: false,
        code: "AccessDenied",
        message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
      };
    },
  ],
  [
    "IRSA-DIAG-STS-REFUSED",
    "time-out",
    (p) => {
      p.sts = { ...p.sts, isAllowed: false, code: "ETIMEDOUT", message: "connect ETIMEDOUT" };
    },
  ],
];
