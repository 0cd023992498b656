import { readFileSync } from "node:fs";
import { parse } from "@cdktf/hcl2json";
import { ConfigError } from "../config/config-error";
import { parseConfig } from "../config/load";
import {
  buildPodIdentityWebhookRelease,
  buildServiceAccount,
  buildSmokeTest,
} from "../modules/cluster";
import { Hosting, type IrsaIssuerProps, issuerViolations } from "../modules/issuer";
import { roleViolations, type ServiceAccountRoleProps } from "../modules/roles";
import { talosViolations } from "../modules/talos/machine-config-patch";
import { formatPath, InvalidPropsError, type Violation } from "../modules/validation";
import { awsAccountViolations } from "../stacks/aws-account";
import { irsa } from "./cli/run";

/*
 * The same value gets the same verdict on every surface that takes it (irsa.yaml, constructs, command line,
 * variables of the exported modules), and a refusal is at the value's own place.
 */

/** What a surface says of a value: where it refuses it, or nothing. */
type Surface = (value: never) => Promise<readonly string[]>;

/** A kind of value: values on either side, and the surfaces that take it, by what they call the place. */
interface Kind<T> {
  readonly accepted: readonly T[];
  readonly refused: readonly T[];
  readonly surfaces: Readonly<Record<string, (value: T) => Promise<readonly string[]>>>;
}

const base = { name: "a", region: "eu-central-1", bucket: "acme-oidc", secretPrefix: "talos" };
const roleBase = { name: "app", serviceAccounts: ["shop/app"] };

/** A cluster of `irsa.yaml` with something in place of the good values: the places that are refused. */
const yaml = async (change: object): Promise<readonly string[]> => {
  try {
    await parseConfig(JSON.stringify({ clusters: [{ ...base, ...change }] }), "irsa.yaml");
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path }) => formatPath(path.slice(2)));
  }
};
const yamlRole = (change: object) => yaml({ serviceAccountRoles: [{ ...roleBase, ...change }] });

const refusals = (violations: readonly Violation[]) =>
  Promise.resolve(violations.map(({ path }) => formatPath(path)));

const issuer = (change: Partial<IrsaIssuerProps>) =>
  refusals(
    issuerViolations({
      hosting: Hosting.s3({ bucket: "acme-oidc", region: "eu-central-1" }),
      secret: { name: "talos/a" },
      ...change,
    }),
  );

const role = (change: Partial<ServiceAccountRoleProps>) =>
  refusals(
    roleViolations({
      ...roleBase,
      issuers: [
        {
          issuerHostpath: "a.example",
          providerArn: "arn:aws:iam::111122223333:oidc-provider/a.example",
        },
      ],
      ...change,
    }),
  );

const built = (build: () => unknown) => {
  try {
    build();
    return refusals([]);
  } catch (error) {
    if (!(error instanceof InvalidPropsError)) throw error;
    return refusals(error.violations);
  }
};

/** Flags that a command line refuses. */
const cli = async (...argv: readonly string[]) => {
  const { status, stderr } = await irsa(argv);
  if (status === 0) return [];
  return stderr
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" ", 1)[0] ?? "");
};
const addOns = (flag: string) =>
  cli("manifests", "add-ons", "--as", "flux", "--region=eu-central-1", flag);
const smokeTest = (flag: string) =>
  cli("manifests", "smoke-test", "--region=eu-central-1", `--role-arn=${roleArn}`, flag);
const serviceAccount = (flag: string, name = "--service-account-name=app") =>
  cli("manifests", "service-accounts", "--namespace=shop", name, `--role-arn=${roleArn}`, flag);
const talosConfig = (...flags: readonly string[]) =>
  cli(
    "cluster-config",
    "talos",
    "--talos-version=1.13",
    "--keep-key",
    "--issuer-url=https://a.example",
    ...flags,
  );

/** Everything else is as it should be, except that the machine secrets are missing: they are read last. */
const kubeconfig = async (server: string) => {
  const named = ["--cluster-name=prod", "--machine-secrets=missing.yaml", "--out=kubeconfig"];
  const places = await cli("kubeconfig", `--server=${server}`, ...named);
  expect(places).toHaveLength(1);
  return places.filter((place) => place.startsWith("--server"));
};

type Variables = Record<string, [{ validation?: { condition: string }[] }]>;

/** A variable of an exported module: its name when a pattern of its validations refuses the value. */
const variable = (module: string, name: string) => async (value: string) => {
  const path = `terraform/${module}/variables.tf`;
  const { variable: variables } = (await parse(path, readFileSync(path, "utf8"))) as {
    variable: Variables;
  };
  const conditions = variables[name]?.[0].validation ?? [];
  const patterns = conditions.flatMap(({ condition }) => [
    ...condition.matchAll(/(!?)can\(regex\(\s*("(?:[^"\\]|\\.)*")/g),
  ]);
  expect(patterns).not.toEqual([]);
  const isAccepted = patterns.every(
    ([, not, literal = ""]) =>
      new RegExp(JSON.parse(literal) as string, "u").test(value) === (not === ""),
  );
  return isAccepted ? [] : [name];
};

const roleArn = "arn:aws:iam::111122223333:role/app";
const breakouts = ['a"b', "a\\b", "a\nb", "a b", "a${b}", "a%{b}", "ä", ""];

const kinds: Readonly<Record<string, Kind<never>>> = {
  "the name of a bucket": kind<string>({
    accepted: ["abc", "acme-oidc-1", "acme.oidc", "a".repeat(63)],
    refused: [
      "ab",
      "a".repeat(64),
      "Acme",
      "a_b",
      "-ab",
      "ab-",
      "a..b",
      "10.0.0.1",
      "xn--a",
      "a-s3alias",
      "abc\n",
      ...breakouts,
    ],
    surfaces: {
      bucket: (bucket) => yaml({ bucket }),
      "bucket.name": (name) => yaml({ bucket: { name } }),
      "hosting.bucket": (bucket) => issuer({ hosting: Hosting.s3({ bucket }) }),
      "hosting.bucket.accessLogs.bucketName": (bucketName) =>
        issuer({
          hosting: Hosting.cloudFront({ bucket: { name: "abc", accessLogs: { bucketName } } }),
        }),
      "--bucket": (bucket) => smokeTest(`--bucket=${bucket}`),
      bucket_name: variable("irsa", "bucket_name"),
    },
  }),
  "a region": kind<string>({
    accepted: ["eu-central-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1", "us-isob-east-1"],
    refused: [
      "Frankfurt",
      "eu-central-1a",
      "eu-centrall-1",
      "eu-west-9",
      "EU-CENTRAL-1",
      "eu_central_1",
      "eu-central-1\n",
      ...breakouts,
    ],
    surfaces: {
      region: (region) => yaml({ region }),
      "hosting.region": (region) => issuer({ hosting: Hosting.s3({ bucket: "abc", region }) }),
      "region of the webhook": (region) => built(() => buildPodIdentityWebhookRelease({ region })),
      "--region": (region) => cli("manifests", "add-ons", "--as", "flux", `--region=${region}`),
    },
  }),
  "an audience": kind<string>({
    accepted: ["vault", "a+b", "https://a.example/b?c=d", "a|b;c", "a".repeat(255)],
    refused: ["a,b", "a[b]", "a'b".replace("'", '"'), "a".repeat(256), "a\tb", ...breakouts],
    surfaces: {
      "additionalAudiences[0]": (audience) => yaml({ additionalAudiences: [audience] }),
      "additionalAudiences[0] of the construct": (audience) =>
        issuer({ additionalAudiences: [audience] }),
      "serviceAccountRoles[0].audiences[0]": (audience) => yamlRole({ audiences: [audience] }),
      "audiences[0]": (audience) => role({ audiences: [audience] }),
      audience: (audience) =>
        built(() =>
          buildServiceAccount({ namespace: "shop", serviceAccountName: "app", roleArn, audience }),
        ),
      "--audience": (audience) => addOns(`--audience=${audience}`),
    },
  }),
  "a tag's value": kind<string>({
    accepted: ["", "platform", "チーム: 基盤", "Größe / Ort +=._:/@-", "v".repeat(256), "a b"],
    refused: ["v".repeat(257), "a,b", "a\nb", 'a"b', "a\\b", "a${b}", "<b>", "\u200b", "a;b"],
    surfaces: {
      "tags.k": (k) => yaml({ tags: { k } }),
      "tags.k of the construct": (k) => issuer({ tags: { k } }),
      "serviceAccountRoles[0].tags.k": (k) => yamlRole({ tags: { k } }),
      "tags.k of a role": (k) => role({ tags: { k } }),
      tags: valuePattern("tags"),
    },
  }),
  "a role's name": kind<string>({
    accepted: ["app", "App+=,.@_-1", "a".repeat(64)],
    refused: ["a".repeat(65), "a/b", "a:b", "a*", ...breakouts],
    surfaces: {
      "serviceAccountRoles[0].roleName": (roleName) => yamlRole({ roleName }),
      roleName: (roleName) => role({ roleName }),
      name: variable("irsa-role", "name"),
    },
  }),
  "a role's ARN": kind<string>({
    accepted: [
      roleArn,
      "arn:aws-us-gov:iam::111122223333:role/path/app",
      "arn:aws-cn:iam::111122223333:role/a",
    ],
    refused: [
      "app",
      "arn:aws:iam::1111:role/app",
      "arn:aws:iam::111122223333:user/app",
      "arn:aws:iam::111122223333:role/",
      `${roleArn}\n`,
      `${roleArn} `,
      "arn:gcp:iam::111122223333:role/app",
      ...breakouts,
    ],
    surfaces: {
      roleArn: (arn) =>
        built(() =>
          buildServiceAccount({ namespace: "shop", serviceAccountName: "app", roleArn: arn }),
        ),
      "assumeRole.roleArn": (arn) =>
        refusals(awsAccountViolations({ assumeRole: { roleArn: arn } })),
      "roleArn of the smoke test": (arn) =>
        built(() => buildSmokeTest({ region: base.region, roleArn: arn })),
      "--role-arn": (arn) =>
        cli("manifests", "smoke-test", "--region=eu-central-1", `--role-arn=${arn}`),
    },
  }),
  "a ServiceAccount": kind<string>({
    accepted: [
      "shop/app",
      "shop/app.v1",
      "*/app",
      "shop/*",
      "sh?p/a?p",
      `${"n".repeat(63)}/a`,
      `a/${"n".repeat(253)}`,
    ],
    refused: [
      "app",
      "shop/",
      "/app",
      "shop/app/b",
      "Shop/app",
      "shop/App",
      "shop_1/app",
      "-a/app",
      "a/b..c",
      "a/.b",
      `${"n".repeat(64)}/a`,
      `a/${"n".repeat(254)}`,
      "shop:app",
      ...breakouts,
    ],
    surfaces: {
      "serviceAccountRoles[0].serviceAccounts[0]": (entry) =>
        yamlRole({ serviceAccounts: [entry] }),
      "serviceAccounts[0]": (entry) => role({ serviceAccounts: [entry] }),
    },
  }),
  "a name of a ServiceAccount": kind<string>({
    accepted: ["app", "app.v1", "a-1", "n".repeat(253)],
    refused: ["App", "-a", "a-", "a..b", "a_b", "n".repeat(254), "*", "a/b", ...breakouts],
    surfaces: {
      serviceAccountName: (serviceAccountName) =>
        built(() => buildServiceAccount({ namespace: "shop", serviceAccountName, roleArn })),
      "--service-account-name": (name) =>
        serviceAccount("--audience=a", `--service-account-name=${name}`),
    },
  }),
  "an account": kind<string>({
    accepted: ["111122223333", "000000000001"],
    refused: ["11112222333", "1111222233334", "1111-2222-3333", "abcdefghijkl", ...breakouts],
    surfaces: {
      accountId: (accountId) => yaml({ accountId }),
      "accountId of the construct": (accountId) => refusals(awsAccountViolations({ accountId })),
    },
  }),
  "a part of a secret's name": kind<string>({
    accepted: ["talos", "a/b_c+d=e.f@g-h", "p".repeat(255)],
    refused: ["p".repeat(256), "a,b", "a*", "a?", "a\tb", ...breakouts],
    surfaces: {
      secretPrefix: (secretPrefix) => yaml({ secretPrefix }),
      secret_prefix: variable("irsa", "secret_prefix"),
    },
  }),
  "a thumbprint": kind<string>({
    accepted: ["ab".repeat(20), "AB12".repeat(10)],
    refused: [
      "ab".repeat(19),
      "ab".repeat(32),
      "zz".repeat(20),
      `${"ab".repeat(20)}\n`,
      ...breakouts,
    ],
    surfaces: {
      "thumbprint[0]": (thumbprint) => yaml({ thumbprint: [thumbprint] }),
      "thumbprint[0] of the construct": (thumbprint) => issuer({ thumbprint: [thumbprint] }),
      thumbprints: variable("irsa", "thumbprints"),
    },
  }),
  "a control plane's URL": kind<string>({
    accepted: [
      "https://10.0.0.1:6443",
      "https://k8s.example.org",
      "https://[2001:db8::1]:6443",
      "https://1cp_a-b.lan",
    ],
    refused: [
      "https://999.1.1.1:6443",
      "https://[1:2:3]:6443",
      "https://[1::2::3]",
      "https://[::1.2.3]",
      "10.0.0.1:6443",
      "http://10.0.0.1:6443",
      "https://10.0.0.1:99999",
      "https://::::",
      "https://[::1",
      "https://u:p@10.0.0.1",
      "https://10.0.0.1/a",
      "https://a b",
      'https://a"b:6443',
      "https://${file(1)}:6443",
      ...breakouts,
    ],
    surfaces: {
      "talos.controlPlaneEndpoint": (controlPlaneEndpoint) =>
        yaml({ talos: { version: "1.13", controlPlaneEndpoint } }),
      "talos.controlPlaneEndpoint of the construct": (controlPlaneEndpoint) =>
        refusals(talosViolations({ version: "1.13", controlPlaneEndpoint })),
      "--control-plane-endpoint": (url) => talosConfig(`--control-plane-endpoint=${url}`),
      "--server": kubeconfig,
      control_plane_endpoint: variable("irsa", "control_plane_endpoint"),
    },
  }),
  "an issuer that the API server alone accepts": kind<string>({
    accepted: [
      "https://10.0.0.1:6443",
      "https://kubernetes.default.svc.cluster.local",
      "https://a.example/b",
    ],
    refused: [
      "10.0.0.1:6443",
      "http://10.0.0.1",
      "https://10.0.0.1:0",
      "https://10.0.0.1:99999",
      "https://10.0.0.256",
      "https://1.2.3",
      "https://::::",
      "https://[::1",
      "https://[:1:2]:6443",
      "https://[12345::1]",
      "https://[1:2:3:4:5:6:7:8:9]",
      "https://u:p@a.example",
      "https://a.example?b",
      ...breakouts,
    ],
    surfaces: {
      "talos.acceptedIssuers[0]": (url) =>
        yaml({ talos: { version: "1.13.6", acceptedIssuers: [url] } }),
      "talos.acceptedIssuers[0] of the construct": (url) =>
        refusals(talosViolations({ version: "1.13.6", acceptedIssuers: [url] })),
      "--accepted-issuer": (url) =>
        cli(
          "cluster-config",
          "talos",
          "--talos-version=1.13.6",
          "--keep-key",
          "--issuer-url=https://a.example/c",
          `--accepted-issuer=${url}`,
        ),
    },
  }),
  "an issuer's URL": kind<string>({
    accepted: [
      "https://a.example",
      "https://a.example/b/c",
      "https://s3.eu-central-1.amazonaws.com/b",
    ],
    refused: [
      "http://a.example",
      "https://a.example/",
      "https://a.example?b",
      "https://a.example#b",
      "https://u:p@a.example",
      "https://a.example:8443",
      "https://10.0.0.1",
      "https://A.example",
      "https://a.example/b/../c",
      "a.example",
      ...breakouts,
    ],
    surfaces: {
      issuerUrl: (issuerUrl) => yaml({ bucket: undefined, hosting: "self-published", issuerUrl }),
      "hosting.issuerUrl": (issuerUrl) => issuer({ hosting: Hosting.selfPublished({ issuerUrl }) }),
    },
  }),
  "a Talos version": kind<string>({
    accepted: ["1.12", "v1.13.6", "1.13"],
    refused: ["latest", "1", "2.0", "1.99", ...breakouts],
    surfaces: {
      "talos.version": (version) => yaml({ talos: { version } }),
      "talos.version of the construct": (version) => refusals(talosViolations({ version })),
      "--talos-version": (version) =>
        cli(
          "cluster-config",
          "talos",
          `--talos-version=${version}`,
          "--keep-key",
          "--issuer-url=https://a.example",
        ),
    },
  }),
  "an IAM path": kind<string>({
    accepted: ["/", "/a/", "/a/b-c/"],
    refused: ["a", "/a", "a/", "//", "/a b/", `/${"a".repeat(512)}/`, ...breakouts],
    surfaces: {
      "serviceAccountRoles[0].path": (path) => yamlRole({ path }),
      path: (path) => role({ path }),
    },
  }),
  "a managed policy's ARN": kind<string>({
    accepted: ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::111122223333:policy/a/b"],
    refused: [
      "ReadOnlyAccess",
      "arn:aws:iam::111122223333:role/a",
      "arn:aws:iam::1:policy/a",
      ...breakouts,
    ],
    surfaces: {
      "serviceAccountRoles[0].permissionsBoundary": (arn) => yamlRole({ permissionsBoundary: arn }),
      permissionsBoundary: (arn) => role({ permissionsBoundary: arn }),
      "serviceAccountRoles[0].managedPolicyArns[0]": (arn) =>
        yamlRole({ managedPolicyArns: [arn] }),
      "managedPolicyArns[0]": (arn) => role({ managedPolicyArns: [arn] }),
    },
  }),
  "seconds of a session": kind<number>({
    accepted: [3600, 43_200, 7200],
    refused: [3599, 43_201, 0, -1, 3600.5],
    surfaces: {
      "serviceAccountRoles[0].maxSessionDuration": (seconds) =>
        yamlRole({ maxSessionDuration: seconds }),
      maxSessionDuration: (seconds) => role({ maxSessionDuration: seconds }),
    },
  }),
  "seconds of a token": kind<number>({
    accepted: [600, 86_400],
    refused: [599, 86_401, 600.5, -1, 0],
    surfaces: {
      tokenExpiration: (tokenExpiration) =>
        built(() => buildPodIdentityWebhookRelease({ region: base.region, tokenExpiration })),
      "--token-expiration": (seconds) => addOns(`--token-expiration=${seconds}`),
    },
  }),
  "days of recovery": kind<number>({
    accepted: [0, 7, 30],
    refused: [1, 6, 31, -1, 7.5],
    surfaces: {
      "secret.recoveryWindowInDays": (days) => yaml({ secret: { recoveryWindowInDays: days } }),
      "secret.recoveryWindowInDays of the construct": (days) =>
        issuer({ secret: { name: "talos/a", recoveryWindowInDays: days } }),
    },
  }),
};

/** The values of a map that is a variable: one pattern a rule, for keys and for values. */
function valuePattern(name: string) {
  return async (value: string) => {
    const path = "terraform/irsa/variables.tf";
    const { variable: variables } = (await parse(path, readFileSync(path, "utf8"))) as {
      variable: Variables;
    };
    const ofValues = (variables[name]?.[0].validation ?? []).filter(
      ({ condition }) =>
        condition.includes("values(") || /for \w+, value|, value in/.test(condition),
    );
    const patterns = ofValues.flatMap(({ condition }) => [
      ...condition.matchAll(/(!?)can\(regex\(\s*("(?:[^"\\]|\\.)*")/g),
    ]);
    expect(patterns).not.toEqual([]);
    const isAccepted = patterns.every(
      ([, not, literal = ""]) =>
        new RegExp(JSON.parse(literal) as string, "u").test(value) === (not === ""),
    );
    return isAccepted ? [] : [name];
  };
}

function kind<T>(of: Kind<T>): Kind<never> {
  return of as unknown as Kind<never>;
}

const table = Object.entries(kinds).flatMap(([name, { accepted, refused, surfaces }]) =>
  (Object.entries(surfaces) as [string, Surface][]).map(
    ([place, surface]) => [name, place, surface, accepted, refused] as const,
  ),
);

test("at least 200 values go through the surfaces", () => {
  const values = Object.values(kinds).flatMap(({ accepted, refused }) => [...accepted, ...refused]);
  expect(values.length).toBeGreaterThanOrEqual(200);
});

describe.each(table)("%s, at %s", (_name, place, surface, accepted, refused) => {
  const own = place.replace(/ of .*/, "");

  test("what is right is accepted", async () => {
    for (const value of accepted) expect([value, await surface(value)]).toEqual([value, []]);
  });

  test("what is wrong is refused there, and nowhere else", async () => {
    for (const value of refused) {
      expect([value, [...new Set(await surface(value))]]).toEqual([value, [own]]);
    }
  });
});
