import {
  type ApiServerTraitsProps,
  deriveApiServerTraits,
  isReady,
  type IssuerMigrationProps,
  type ListedRole,
  type MigrationEvidence,
  planIssuerMigration,
} from "../../../modules/rotation";

const now = new Date("2026-11-28T12:00:00Z");
const oldUrl = "https://s3.eu-central-1.amazonaws.com/acme-prod-oidc";
const newUrl = "https://acme-prod-oidc-2.s3.eu-central-1.amazonaws.com";
const old = { name: "oidc", url: oldUrl };
const cdn = { name: "cdn", url: newUrl };

const traits = (props: ApiServerTraitsProps) => {
  const found = deriveApiServerTraits(props);
  if (Array.isArray(found)) throw new Error("no traits");
  return found;
};

const statement = (url: string, keyOf = url) => {
  const hostpath = url.slice("https://".length);
  return {
    Effect: "Allow",
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${hostpath}` },
    Condition: {
      StringEquals: {
        [`${keyOf.slice("https://".length)}:sub`]: "system:serviceaccount:shop:app",
        "aws:SourceAccount": "111122223333",
      },
    },
  };
};
const role = (name: string, ...statements: readonly object[]): ListedRole => ({
  name,
  trustPolicy: { Version: "2012-10-17", Statement: statements },
});
const both = role("both", statement(oldUrl), statement(newUrl));
const others = [
  role("ec2", { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" } }),
  role("denied", { ...statement(oldUrl), Effect: "Deny" }),
];

const published = (
  issuer = newUrl,
  kids: readonly string[] = ["kid"],
): NonNullable<MigrationEvidence["published"]> => ({
  discovery: { url: `${newUrl}/d`, status: 200, headers: {}, body: JSON.stringify({ issuer }) },
  jwks: {
    url: `${newUrl}/k`,
    status: 200,
    headers: {},
    body: JSON.stringify({ keys: kids.map((kid) => ({ kid })) }),
  },
});
const complete: MigrationEvidence = {
  published: published(),
  trustedIssuers: [oldUrl, newUrl],
  roles: [both, ...others],
  apiServers: [
    { server: "one", issuers: [oldUrl, newUrl] },
    { server: "two", issuers: [oldUrl, newUrl] },
  ],
};
const token = (iss: string, issuedAt = now) => ({
  header: { kid: "kid" },
  claims: { iss, iat: issuedAt.getTime() / 1000 },
});

const plan = (props: Partial<IssuerMigrationProps> = {}) =>
  planIssuerMigration({
    signing: old,
    next: cdn,
    previous: [],
    retiredIssuers: [],
    keyIds: ["kid"],
    apiServer: traits({ distribution: "kubeadm" }),
    evidence: complete,
    now,
    ...props,
  });
const stepNames = (props: Partial<IssuerMigrationProps>) =>
  plan(props).steps.map(({ step, subject }) => `${step} ${subject}`);
/** What is not as the next step needs it. */
const missing = (props: Partial<IssuerMigrationProps>) =>
  plan(props)
    .steps[0]?.checks.filter(({ result }) => result !== "passed")
    .map(({ name, result, what }) => `${name} ${result}: ${what}`);
const withEvidence = (evidence: MigrationEvidence) =>
  missing({ evidence: { ...complete, ...evidence } });

describe("the steps", () => {
  test.each<[string, Partial<IssuerMigrationProps>, string[]]>([
    [
      "to a new issuer",
      { next: undefined, to: "cdn", evidence: {} },
      ["stage cdn", "accept cdn", "promote cdn", "drain oidc", "retire oidc"],
    ],
    [
      "to one that is published",
      { evidence: {} },
      ["accept cdn", "promote cdn", "drain oidc", "retire oidc"],
    ],
    ["to one that API servers accept", {}, ["promote cdn", "drain oidc", "retire oidc"]],
    [
      "where API servers take one",
      { apiServer: traits({ distribution: "eks-anywhere" }), evidence: {} },
      ["promote cdn", "drain oidc", "retire oidc"],
    ],
    [
      "when another one signs",
      { signing: cdn, next: undefined, previous: [old] },
      ["drain oidc", "retire oidc"],
    ],
    [
      "when it is recorded since when",
      { signing: cdn, next: undefined, previous: [{ ...old, signedUntil: now }] },
      ["retire oidc"],
    ],
    [
      "back to the former one",
      { signing: cdn, next: undefined, previous: [old], to: "oidc", evidence: {} },
      ["accept oidc", "promote oidc", "drain cdn", "retire cdn"],
    ],
    ["with one issuer", { next: undefined }, []],
  ])("%s", (_name, props, steps) => {
    expect(stepNames(props)).toEqual(steps);
  });

  test("a name that an issuer has had is not taken again", () => {
    const props = { next: undefined, to: "cdn", retiredIssuers: ["cdn"] };
    expect(missing(props)).toEqual([expect.stringContaining("name-free failed: cdn is among")]);
  });
});

describe("the new issuer signs when", () => {
  test("everything is seen", () => {
    const [step] = plan().steps;
    expect(step).toMatchObject({ step: "promote", edit: { edit: "sign-as", issuer: "cdn" } });
    expect(step !== undefined && isReady(step)).toBe(true);
  });

  test.each<[string, MigrationEvidence, string]>([
    [
      "documents that were not looked at",
      { published: undefined },
      "published unknown: The documents of cdn cannot be read: they were not looked at.",
    ],
    [
      "documents of another issuer",
      { published: published(oldUrl) },
      `published failed: The discovery document of cdn names ${oldUrl}, not ${newUrl}.`,
    ],
    [
      "documents without the cluster's key",
      { published: published(newUrl, ["other"]) },
      "published failed: The JWKS of cdn does not contain the cluster's key (kid kid).",
    ],
    [
      "a host that does not answer",
      {
        published: { discovery: { url: "https://a", headers: {}, error: "ENOTFOUND" } },
      },
      "published failed: The documents of cdn cannot be read: https://a does not answer (ENOTFOUND).",
    ],
    [
      "a host whose certificate is not trusted",
      {
        published: {
          ...published(),
          jwks: { url: "https://a", status: 200, headers: {}, body: "{}", chainError: "EXPIRED" },
        },
      },
      "published failed: The documents of cdn cannot be read: the certificate of https://a is not trusted (EXPIRED).",
    ],
    [
      "a stack whose outputs were not read",
      { trustedIssuers: undefined },
      "trusted unknown: Whether the stack's roles trust cdn is not known: its outputs were not read.",
    ],
    [
      "a stack that is not applied",
      { trustedIssuers: [oldUrl] },
      "trusted failed: The stack's roles do not trust cdn.",
    ],
    [
      "roles that were not looked at",
      { roles: undefined },
      "roles unknown: Whether every role of the account that trusts oidc trusts cdn is not known.",
    ],
    [
      "a role that trusts the old issuer alone",
      { roles: [both, role("app", statement(oldUrl)), ...others] },
      "roles failed: app trusts oidc and not cdn.",
    ],
    [
      "a role whose condition is that of the old issuer",
      { roles: [role("copied", statement(oldUrl), statement(newUrl, oldUrl))] },
      "roles failed: copied trusts oidc and not cdn.",
    ],
    [
      "many such roles",
      { roles: Array.from({ length: 7 }, (_, at) => role(`r${at}`, statement(oldUrl))) },
      "roles failed: r0, r1, r2, r3, r4 and 2 more trust oidc and not cdn.",
    ],
  ])("not with %s", (_name, evidence, what) => {
    expect(withEvidence(evidence)).toEqual([what]);
  });

  test("an API server that does not accept it is named in the step before", () => {
    const apiServers = [
      { server: "one", issuers: [oldUrl, newUrl] },
      { server: "two", issuers: [oldUrl] },
    ];
    const [step] = plan({ evidence: { ...complete, apiServers } }).steps;
    expect(step).toMatchObject({ step: "accept" });
    expect(step).not.toHaveProperty("edit");
    expect(step?.what).toContain("two does not accept cdn");
  });

  test("the user says that API servers accept it, where no pod shows it, and none says otherwise", () => {
    const without = { ...complete, apiServers: undefined };
    expect(stepNames({ evidence: without })[0]).toBe("accept cdn");
    expect(stepNames({ evidence: without, isAccepted: true })[0]).toBe("promote cdn");
    const apiServers = [{ server: "two", issuers: [oldUrl] }];
    expect(stepNames({ evidence: { ...complete, apiServers }, isAccepted: true })[0]).toBe(
      "accept cdn",
    );
  });

  test("a window is accepted, where API servers take one issuer", () => {
    const apiServer = traits({ distribution: "talos", talos: { version: "1.12" } });
    expect(missing({ apiServer })).toEqual([
      expect.stringContaining("accepted failed: The API server cannot accept both issuers."),
    ]);
    const [step] = plan({ apiServer, hardCut: true }).steps;
    expect(step !== undefined && isReady(step)).toBe(true);
    expect(step?.window).toContain("The Kubernetes API refuses the tokens");
  });

  test("its URL and the cluster's keys are known", () => {
    const apiServer = traits({ distribution: "eks-anywhere" });
    expect(missing({ next: { name: "cdn" }, apiServer, hardCut: true })).toEqual([
      expect.stringContaining("published unknown: The URL of cdn is not known"),
      expect.stringContaining("trusted unknown"),
      expect.stringContaining("roles unknown"),
    ]);
    expect(missing({ keyIds: undefined })).toEqual([
      expect.stringContaining("published unknown: The kid of the cluster's keys is not known"),
    ]);
  });
});

describe("the old issuer", () => {
  const moved = { signing: cdn, next: undefined, previous: [old] };
  const drained = {
    ...moved,
    previous: [{ ...old, signedUntil: new Date("2026-11-27T11:00:00Z") }],
  };
  const roles = complete.roles ?? [];

  test("has signed last when the last server's first token names the new one", () => {
    const later = new Date("2026-11-28T11:59:00Z");
    const tokens = [token(newUrl, new Date("2026-11-28T11:50:00Z")), token(newUrl, later)];
    expect(plan({ ...moved, evidence: { tokens } }).steps[0]).toMatchObject({
      step: "drain",
      edit: { edit: "record-issuer-until", issuer: "oidc", time: later },
    });
  });

  test.each([
    ["no token", [], "signs unknown: Whether the cluster signs as cdn is not known."],
    [
      "a token of the old issuer",
      [token(newUrl), token(oldUrl)],
      `signs failed: A token of 2026-11-28T12:00:00Z names the issuer ${oldUrl}, not ${newUrl}.`,
    ],
    [
      "a token from the future",
      [token(newUrl, new Date("2026-11-28T13:00:00Z"))],
      "signs failed: A token is from the future: set the clocks right.",
    ],
  ])("is not recorded with %s", (_name, tokens, what) => {
    expect(missing({ ...moved, evidence: { tokens } })).toEqual([what]);
    expect(plan({ ...moved, evidence: { tokens } }).steps[0]).not.toHaveProperty("edit");
  });

  test("is retired when its last token has expired and nothing needs it", () => {
    const [step] = plan({ ...drained, evidence: { roles, tokens: [token(newUrl)] } }).steps;
    expect(step).toMatchObject({ edit: { edit: "retire-issuer", issuer: "oidc" } });
    expect(step !== undefined && isReady(step)).toBe(true);
  });

  test("is not retired before", () => {
    const evidence = { roles, tokens: [token(newUrl)] };
    const props = { ...drained, evidence, tokenLifetime: 2 * 86_400 };
    expect(missing(props)).toEqual([
      "drained waiting: Its last token may be valid until 2026-11-29T11:00:00Z.",
    ]);
    expect(plan(props).steps[0]?.notBefore).toEqual(new Date("2026-11-29T11:00:00Z"));
  });

  test.each<[string, MigrationEvidence, string]>([
    [
      "a fresh token that names it",
      { roles, tokens: [token(oldUrl)] },
      "unused failed: A fresh token names oidc: the issuer is in use.",
    ],
    [
      "no fresh token",
      { roles, tokens: [token(newUrl, new Date("2026-11-28T10:00:00Z"))] },
      "unused unknown: Whether a fresh token names oidc is not known.",
    ],
    [
      "a role that needs it",
      { roles: [role("app", statement(oldUrl))], tokens: [token(newUrl)] },
      "roles failed: app trusts oidc and not cdn.",
    ],
  ])("is not retired with %s", (_name, evidence, what) => {
    expect(missing({ ...drained, evidence })).toEqual([what]);
  });
});

test("issuers are where tokens say, and otherwise where the configuration says", () => {
  const states = (props: Partial<IssuerMigrationProps>) =>
    plan(props).issuers.map(({ name, state }) => [name, state]);
  expect(states({ retiredIssuers: ["first"] })).toEqual([
    ["oidc", "signing"],
    ["cdn", "accepted"],
    ["first", "retired"],
  ]);
  const promoted = { signing: cdn, next: undefined, previous: [old] };
  expect(states(promoted)).toEqual([
    ["cdn", "signing"],
    ["oidc", "draining"],
  ]);
  expect(states({ ...promoted, evidence: { tokens: [token(oldUrl)] } })).toEqual([
    ["cdn", "staged"],
    ["oidc", "signing"],
  ]);
});
