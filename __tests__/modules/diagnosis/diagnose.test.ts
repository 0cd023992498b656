import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  diagnose,
  diagnosisJsonSchema,
  type EvidenceSource,
  readEvidence,
} from "../../../modules/diagnosis";
import {
  evidenceOf,
  findingsOf,
  healthy,
  isDiagnosis,
  jwkOf,
  now,
  type Parts,
  type SetUp,
} from "./support";

const healthySetUps: readonly (readonly [title: string, setUp: SetUp])[] = [
  ["Talos, one issuer", { form: "string" }],
  ["Talos, a list of issuers", { form: "list" }],
  ["Talos, documents", { form: "document" }],
  ["kubeadm", { distribution: "kubeadm", form: "v1beta4" }],
  ["k3s", { distribution: "k3s" }],
  ["EKS Anywhere", { distribution: "eksAnywhere" }],
  ["China", { partition: "aws-cn", region: "cn-north-1", suffix: "amazonaws.com.cn" }],
  ["GovCloud", { partition: "aws-us-gov", region: "us-gov-west-1" }],
  [
    "European Sovereign Cloud",
    { partition: "aws-eusc", region: "eusc-de-east-1", suffix: "amazonaws.eu" },
  ],
  ["an EC key, P-256", { keyType: "P-256" }],
  ["an EC key, P-384", { keyType: "P-384" }],
  ["an EC key, P-521", { keyType: "P-521" }],
  ["a role for several ServiceAccounts", { serviceAccounts: ["shop/app", "shop/worker"] }],
  ["a role for a namespace", { serviceAccounts: ["shop/*"] }],
  ["a role for every ServiceAccount", { serviceAccounts: ["*/*"] }],
  ["the webhook's map in place of an annotation", { isMapped: true }],
  ["another annotation prefix", { annotationPrefix: "irsa.acme.example" }],
];

test.each(healthySetUps)("nothing is reported where everything is right: %s", async (_, setUp) => {
  const evidence = evidenceOf(await healthy(setUp));
  expect(findingsOf(evidence)).toEqual([]);
  expect(diagnose(evidence)).toMatchObject({ verdict: "healthy", collectedAt: now.toISOString() });
});

/** What is allowed, and looks like what is not. */
const harmless: readonly (readonly [title: string, change: (parts: Parts) => void])[] = [
  [
    "a cluster without a ServiceAccount in question",
    (p) => {
      p.target = { cluster: "prod" };
    },
  ],
  [
    "several roles, one of them the primary one",
    (p) => {
      const [role] = p.intended.roles;
      if (role !== undefined) role.primaryFor = ["shop/app"];
      p.intended.roles.unshift({ name: "b", arn: `${role?.arn}-2`, serviceAccounts: ["shop/app"] });
    },
  ],
  [
    "an annotation of kube2iam beside the webhook's map",
    (p) => {
      p.serviceAccount.annotations = { "iam.amazonaws.com/role": p.roles[0]?.arn ?? "" };
    },
  ],
  [
    "no pods yet",
    (p) => {
      p.pods = [];
    },
  ],
  [
    "one API server",
    (p) => {
      p.apiServers = p.apiServers.slice(0, 1);
    },
  ],
  [
    "S3's own content type",
    (p) => {
      p.published.discovery.headers = { "content-type": "binary/octet-stream" };
    },
  ],
  [
    "fsGroup with a closed token",
    (p) => {
      const [pod] = p.pods;
      Object.assign(pod ?? {}, { fsGroup: 65_534, runAsUser: 65_534 });
      Object.assign(pod?.projectedTokens[0] ?? {}, { mode: 0o600 });
    },
  ],
  [
    "one user for all containers with a closed token",
    (p) => {
      const [pod] = p.pods;
      Object.assign(pod ?? {}, { runAsUser: 1000 });
      Object.assign(pod?.projectedTokens[0] ?? {}, { mode: 0o600 });
    },
  ],
  [
    "environment from a Secret of another purpose",
    (p) => {
      Object.assign(p.pods[0]?.containers[0] ?? {}, { envFrom: ["secret/shop-database"] });
    },
  ],
  [
    "a private authority with its thumbprint",
    (p) => {
      for (const one of [p.published.discovery, p.published.jwks]) {
        if (one !== undefined) one.chainError = "UNABLE_TO_GET_ISSUER_CERT_LOCALLY";
      }
    },
  ],
  [
    "the key a second time with an empty kid",
    (p) => {
      const { jwks } = p.published;
      const { keys } = JSON.parse(jwks?.body ?? "") as { keys: object[] };
      if (jwks !== undefined)
        jwks.body = JSON.stringify({ keys: [...keys, { ...keys[0], kid: "" }] });
    },
  ],
  [
    "a fresh token, two seconds after the first answer",
    (p) => {
      p.token.claims = {
        ...p.token.claims,
        nbf: now.getTime() / 1000 + 2,
        iat: now.getTime() / 1000 + 2,
      };
    },
  ],
  [
    "a statement for another cluster before the right one",
    (p) => {
      const { Statement } = p.roles[0]?.trustPolicy as { Statement: object[] };
      Statement.unshift({
        Effect: "Allow",
        Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/oidc.example.org/blue" },
        Action: "sts:AssumeRoleWithWebIdentity",
      });
    },
  ],
  [
    "a webhook whose certificate signs itself",
    (p) => {
      const [hook] = p.webhook.hooks;
      if (hook?.certificate !== undefined)
        hook.authorities = [{ ...hook.certificate, subject: "CN=x" }];
    },
  ],
  [
    "a webhook that is reached at a URL",
    (p) => {
      const [hook] = p.webhook.hooks;
      if (hook === undefined) return;
      delete hook.service;
      Object.assign(hook, { pods: [], authorities: [] });
    },
  ],
];

test.each(harmless)("nothing is reported: %s", async (_, change) => {
  const parts = await healthy();
  change(parts);
  expect(findingsOf(evidenceOf(parts))).toEqual([]);
});

const sources = Object.keys({
  intended: 0,
  published: 0,
  account: 0,
  roles: 0,
  apiServers: 0,
  token: 0,
  serviceAccount: 0,
  namespace: 0,
  webhook: 0,
  dryRun: 0,
  pods: 0,
  clocks: 0,
} satisfies Record<Exclude<EvidenceSource, "sts">, 0>) as EvidenceSource[];

test.each(sources)(
  "without %s it cannot tell, says what is missing, and alarms nobody",
  async (source) => {
    const evidence = evidenceOf(await healthy(), source);
    expect(findingsOf(evidence)).toEqual([]);
    const { verdict, links } = diagnose(evidence);
    expect(verdict).toBe("unknown");
    const missing = links.flatMap((link) =>
      link.missing.map((one) => ({ ...one, verdict: link.verdict })),
    );
    expect(missing).toEqual([
      {
        source,
        why: "not collected",
        wouldShow: expect.any(String) as unknown,
        verdict: "unknown",
      },
    ]);
  },
);

test("without a call of STS the chain is judged all the same", async () => {
  const { verdict, links } = diagnose(evidenceOf(await healthy(), "sts"));
  expect(verdict).toBe("healthy");
  expect(links.map(({ link }) => link)).not.toContain("sts");
});

test("without any evidence every link is unknown", () => {
  const { verdict, links, top } = diagnose(readEvidence({}));
  expect({ verdict, top }).toEqual({ verdict: "unknown", top: undefined });
  for (const link of links) expect(link).toMatchObject({ verdict: "unknown", findings: [] });
  expect(diagnose(readEvidence("no evidence"))).toEqual(diagnose(readEvidence({})));
});

test("a part that could not be read is missing, and the rest is judged", async () => {
  const parts = await healthy();
  const [first] = parts.apiServers;
  if (first !== undefined) first.jwks = { missing: "403 Forbidden" };
  const [role] = parts.roles;
  parts.roles = [{ arn: role?.arn ?? "", missing: "AccessDenied" }];
  parts.dryRun = { refusal: 'pods "irsa-doctor" is forbidden: exceeded quota' };
  const evidence = evidenceOf(parts);
  expect(findingsOf(evidence)).toEqual([]);
  const missing = diagnose(evidence).links.flatMap((link) => link.missing.map(({ why }) => why));
  expect(missing).toEqual([
    `${first?.endpoint}: 403 Forbidden`,
    `${role?.arn}: AccessDenied`,
    'it was refused: pods "irsa-doctor" is forbidden: exceeded quota',
  ]);
});

test("the cause is on top, and what follows from it is not reported", async () => {
  const parts = await healthy();
  const issuer = "https://10.0.0.1:6443";
  for (const server of parts.apiServers) {
    server.discovery = { value: JSON.stringify({ issuer, jwks_uri: `${issuer}/openid/v1/jwks` }) };
  }
  parts.token.claims = { ...parts.token.claims, iss: issuer };
  const evidence = evidenceOf(parts);
  const { top, verdict } = diagnose(evidence);
  expect(verdict).toBe("broken");
  expect(top).toMatchObject({
    code: "IRSA-DIAG-API-ISSUER-ORDER",
    link: "api-server",
    what: "every API server signs as an issuer that is to be accepted only",
    actual: issuer,
    expected: parts.intended.issuerUrl,
    remedy: expect.stringContaining(
      `service-account-issuer: ${parts.intended.issuerUrl}`,
    ) as unknown,
    answer: expect.stringContaining("No OpenIDConnect provider") as unknown,
  });
  expect(findingsOf(evidence)).toEqual([top]);
});

test.each([
  ["talos", "string", "cluster.apiServer.extraArgs.service-account-issuer: URL;"],
  [
    "talos",
    "list",
    "cluster.apiServer.extraArgs.service-account-issuer: [URL, https://10.0.0.1:6443];",
  ],
  [
    "talos",
    "document",
    "issuer.issuerURL: URL in the KubeServiceAccountConfig document, and accepted.issuers: [https://10.0.0.1:6443];",
  ],
  ["kubeadm", "v1beta3", "apiServer.extraArgs.service-account-issuer: URL,"],
  ["kubeadm", "v1beta4", "apiServer.extraArgs: [{ name: service-account-issuer, value: URL }, "],
  [
    "k3s",
    undefined,
    '/etc/rancher/k3s/config.yaml of each server node set kube-apiserver-arg: ["service-account-issuer=URL", ',
  ],
  ["rke2", undefined, "restart rke2-server"],
  ["eksAnywhere", undefined, "spec.podIamConfig.serviceAccountIssuer: URL in"],
  [
    "k0s",
    undefined,
    "--service-account-issuer=URL --service-account-issuer=https://10.0.0.1:6443:",
  ],
])("the remedy is in the words of %s, %s", async (distribution, form, text) => {
  const parts = await healthy({ distribution, ...(form !== undefined && { form }) });
  for (const server of parts.apiServers)
    server.discovery = { value: '{"issuer":"https://old.example.org"}' };
  const { top } = diagnose(evidenceOf(parts));
  expect(top?.remedy).toContain(
    text
      .replaceAll("URL", parts.intended.issuerUrl)
      .replace(`issuer${parts.intended.issuerUrl}`, "issuerURL"),
  );
});

test("the wrong one of two API servers is the one whose key is not published", async () => {
  const parts = await healthy();
  const [good, bad] = parts.apiServers;
  if (good === undefined || bad === undefined) throw new Error("no API servers");
  const { kid, ...other } = await jwkOf("other");
  parts.apiServers = [
    { ...bad, jwks: { value: JSON.stringify({ keys: [{ ...other, kid }] }) } },
    good,
  ];
  expect(diagnose(evidenceOf(parts)).top).toMatchObject({
    code: "IRSA-DIAG-API-KEYS-DIFFER",
    what: `${bad.endpoint} has other keys than the other API server`,
    actual: kid,
  });
});

test("all roles of a cluster are judged where no ServiceAccount is in question", async () => {
  const parts = await healthy();
  parts.target = { cluster: "prod" };
  const [role] = parts.roles;
  const arn = `${role?.arn}-2`;
  parts.intended.roles.push({ name: "other", arn, serviceAccounts: ["other/*"] });
  parts.roles.push({ arn, exists: true, trustPolicy: role?.trustPolicy });
  const evidence = evidenceOf(parts, "serviceAccount", "pods", "dryRun", "namespace");
  expect(diagnose(evidence).links.map(({ link }) => link)).toEqual([
    "api-server",
    "documents",
    "identity-provider",
    "token",
    "role",
    "webhook",
    "sts",
  ]);
  expect(findingsOf(evidence)).toMatchObject([
    {
      code: "IRSA-TRUST-CONDITION",
      what: expect.stringContaining(`${arn} for other/x`) as unknown,
    },
  ]);
});

/** Every way to take one value out of JSON, or to put another kind of value there. */
function mutilated(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value as Record<string, unknown>);
  const built = (members: readonly (readonly [string, unknown])[]): unknown =>
    Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
  return entries.flatMap(([name, member]) => [
    built(entries.filter(([one]) => one !== name)),
    ...[null, {}, ...mutilated(member)].map((other) =>
      built(entries.map(([one, kept]) => [one, one === name ? other : kept])),
    ),
  ]);
}

test("no evidence makes it throw, whatever is cut out of it or replaced", async () => {
  const parts = await healthy();
  parts.apiServers = parts.apiServers.slice(0, 1);
  let count = 0;
  for (const evidence of mutilated(evidenceOf(parts))) {
    const diagnosis = diagnose(readEvidence(evidence));
    expect(isDiagnosis(diagnosis)).toBe(true);
    count++;
  }
  expect(count).toBeGreaterThan(500);
});

test("a token or a key in an answer or an annotation is not shown", async () => {
  const parts = await healthy();
  const jwt = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.${"a-_9".repeat(20)}`;
  parts.sts = { ...parts.sts, isAllowed: false, code: "Other", message: `bad token ${jwt}` };
  parts.dryRun = { refusal: `denied: ${jwt}` };
  const evidence = evidenceOf(parts);
  expect(findingsOf(evidence)).toMatchObject([{ actual: "Other: bad token (token)" }]);
  expect(JSON.stringify(diagnose(evidence).links)).toContain("denied: (token)");
});

test("the published schema is what `npm run schema` writes", () => {
  const text = readFileSync(join(__dirname, "../../..", "irsa-doctor.schema.json"), "utf8");
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(diagnosisJsonSchema())));
});
