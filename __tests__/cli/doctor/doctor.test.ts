import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { describeWithPrograms } from "../../support/describe-with-programs";
import { readBlocks } from "../../support/guide";
import { type ApiRequest, failure, found } from "../../support/kubernetes-api";
import { PrivateKeyScanner } from "../../e2e/support/private-key-scanner";
import { irsa, type Run } from "../run";
import {
  accountId,
  issuer,
  lines,
  makeKey,
  mutated,
  roleArn,
  roleXml,
  serviceAccount,
  trustPolicy,
  World,
} from "./world";

const target = ["--issuer-url", issuer, "--service-account", "shop/app"];
/** A machine that is busy with other tests takes its time. */
const patient = ["--timeout", "300"];

/** A pod that the webhook has left as it was. */
const notMutated = {
  ...mutated("irsa-doctor-abcde", true),
  spec: { serviceAccountName: "app", containers: [{ name: "irsa-doctor" }] },
};

/** What may be asked of a cluster: nothing that changes it. */
const allowedRequests =
  /^GET |^POST \S+\/serviceaccounts\/[^/]+\/token$|^POST \S+\?dryRun=All$|^POST \S+\/selfsubjectaccessreviews$/;

/** What the guide gives the job: manifests, and the policy of its role. */
const guide = readBlocks("docs/guides/scheduled-checks.md");
const manifests = parseAllDocuments(
  guide.find(({ info }) => info === "kubernetes")?.text ?? "",
).map((document) => document.toJS() as Manifest);
const policy = JSON.parse(guide.find(({ language }) => language === "json")?.text ?? "") as {
  readonly Statement: readonly [{ readonly Action: readonly string[] }];
};
const [cronJob] = manifests.filter(({ kind }) => kind === "CronJob");
const [container] = cronJob?.spec?.jobTemplate.spec.template.spec.containers ?? [];

interface Manifest {
  readonly kind: string;
  readonly rules?: readonly Partial<
    Record<"apiGroups" | "resources" | "resourceNames" | "nonResourceURLs" | "verbs", string[]>
  >[];
  readonly spec?: {
    readonly jobTemplate: {
      readonly spec: {
        readonly template: {
          readonly spec: { readonly containers: readonly { readonly args: string[] }[] };
        };
      };
    };
  };
}

/** What the guide's rules allow: `VERB RESOURCE.GROUP` or `VERB PATH`. */
const granted = manifests.flatMap(({ rules = [] }) =>
  rules.flatMap(({ apiGroups = [], resources = [], nonResourceURLs = [], verbs = [] }) =>
    verbs.flatMap((verb) => [
      ...nonResourceURLs.map((path) => `${verb} ${path}`),
      ...resources.flatMap((resource) =>
        apiGroups.map((group) => `${verb} ${resource}${group === "" ? "" : `.${group}`}`),
      ),
    ]),
  ),
);

/** What a request needs, in the same form. */
function permissionOf({ method, path }: ApiRequest): string {
  const [, group = "", rest = ""] = /^\/(?:api|apis\/([^/]+))\/v1\/([^?]+)/.exec(path) ?? [];
  if (rest === "") return `get ${path}`;
  const parts = rest.split("/");
  const isNamespaced = parts[0] === "namespaces" && parts.length > 2;
  const [resource = "", name, subresource] = isNamespaced ? parts.slice(2) : parts;
  const verb = method === "POST" ? "create" : name === undefined ? "list" : "get";
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  return `${verb} ${full}${group === "" ? "" : `.${group}`}`;
}

describeWithPrograms(["kubectl", "openssl"], "irsa doctor", () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start(2);
  });
  afterAll(() => world.stop());
  beforeEach(() => {
    world.heal();
  });
  jest.setTimeout(120_000);

  /** The code of the top finding. */
  const topOf = ({ stdout }: Run) =>
    (JSON.parse(stdout) as { readonly top?: { readonly code: string } }).top?.code;

  describe("a cluster whose pods get their roles", () => {
    let run: Run;
    let evidence: string;
    beforeEach(async () => {
      world.aws.AssumeRoleWithWebIdentity =
        "<Credentials><SessionToken>session token of the role</SessionToken></Credentials>";
      const [, , ...argv] = container?.args ?? [];
      run = await world.doctor([...argv, ...patient, "--call-sts", "--evidence", "seen"]);
      evidence = readFileSync(join(run.cwd, "seen/evidence.json"), "utf8");
    });
    test("is healthy; nothing is changed, and no secret is in what is printed or written", async () => {
      expect(run.stdout).toBe(`ServiceAccount shop/app

[✓] API server
[✓] Published documents
[✓] Identity provider
[✓] Token
[✓] Role
[✓] ServiceAccount
[✓] Webhook
[✓] Pod
[✓] AWS STS

Healthy.
`);
      expect([run.status, run.stderr]).toEqual([0, "Wrote seen/evidence.json\n"]);
      const asked = lines(world.kubernetes.requests);
      expect(asked.filter((line) => !allowedRequests.test(line))).toEqual([]);
      expect(asked).toContain("POST /api/v1/namespaces/shop/pods?dryRun=All");
      expect(asked.filter((line) => line === "GET /openid/v1/jwks")).toHaveLength(2);
      // What kubectl asks on its own, and the certificate that the job does without.
      const own = /^GET \/apis?(\/v1)?$|\/secrets\//;
      const needed = world.kubernetes.requests.filter(
        ({ method, path }) => !own.test(`${method} ${path}`),
      );
      // A pod that is asked about is read by its name.
      expect([...new Set([...needed.map(permissionOf), "get pods"])].sort()).toEqual(
        granted.toSorted(),
      );
      const [sts, ...others] = world.awsCalls.toReversed();
      expect([sts, others.filter((action) => !/^(Get|List)/.test(action))]).toEqual([
        "AssumeRoleWithWebIdentity",
        [],
      ]);
      const ofIam = others.filter((action) => action !== "GetCallerIdentity");
      expect(ofIam.map((action) => `iam:${action}`).sort()).toEqual(
        policy.Statement[0].Action.toSorted(),
      );

      const all = run.stdout + run.stderr + evidence;
      expect(world.tokens).toHaveLength(1);
      const [token = ""] = world.tokens;
      const [, , signature = ""] = token.split(".");
      expect(signature.length).toBeGreaterThan(300);
      expect(all).not.toContain(signature.slice(0, 40));
      expect(all).not.toContain(token.slice(0, 60));
      expect(all).not.toContain("a secret of the shop");
      expect(all).not.toContain("the-token-of-the-user");
      expect(all).not.toContain("session token of the role");
      expect(new PrivateKeyScanner(world.key.pem).count(all)).toBe(0);
      expect(statSync(join(run.cwd, "seen/evidence.json")).mode & 0o777).toBe(0o600);

      // Elsewhere, without a cluster and without AWS.
      const files = { "seen/evidence.json": evidence };
      const elsewhere = await irsa(["doctor", "--from", "seen"], { files, env: { PATH: "" } });
      expect(elsewhere).toMatchObject({ status: 0, stdout: run.stdout, stderr: "" });
    });
  });

  test("what was written is not written over", async () => {
    const files = { "seen/evidence.json": "{}" };
    const argv = [...target, ...patient, "--evidence", "seen"];
    const { status, stderr, written } = await world.doctor(argv, { files, env: { PATH: "" } });
    expect([status, written]).toEqual([1, {}]);
    expect(stderr).toBe("seen/evidence.json exists with other content; replace it with --force\n");
  });

  test.each<[string, () => void, RegExp]>([
    [
      "the published JWKS lacks the key that signs",
      () => {
        world.documents["/prod/keys.json"] = { body: world.jwks(makeKey().jwk) };
      },
      /KEY/,
    ],
    [
      "the identity provider is missing",
      () => {
        world.aws.ListOpenIDConnectProviders =
          "<OpenIDConnectProviderList></OpenIDConnectProviderList>";
      },
      /PROVIDER/,
    ],
    [
      "the trust policy is for another ServiceAccount",
      () => {
        const text = JSON.stringify(trustPolicy).replace("shop:app", "shop:other");
        world.aws.GetRole = roleXml(JSON.parse(text) as object);
      },
      /TRUST|ROLE/,
    ],
    [
      "the ServiceAccount has no annotation",
      () => {
        const { metadata } = serviceAccount;
        world.kubernetes.answers["GET /api/v1/namespaces/shop/serviceaccounts/app"] = found({
          metadata: { ...metadata, annotations: {}, managedFields: [] },
        });
        world.kubernetes.answers["POST /api/v1/namespaces/shop/pods?dryRun=All"] =
          found(notMutated);
      },
      /SERVICE-ACCOUNT|ANNOTATION|NO-ROLE/,
    ],
    [
      "one of two API servers has another key",
      () => {
        world.kubernetes.answersOf[1] = {
          "GET /openid/v1/jwks": { text: world.jwks(makeKey().jwk) },
        };
      },
      /API-SERVER|KEY/,
    ],
  ])("%s: that is on top, and the exit code is 1", async (_, breakIt, code) => {
    breakIt();
    const run = await world.doctor([...target, ...patient, "--json"]);
    expect(run.status).toBe(1);
    expect(topOf(run)).toMatch(code);
  });

  test("without kubectl and credentials nothing is healthy or broken, and it says what is missing", async () => {
    world.aws.GetCallerIdentity = { status: 403, code: "ExpiredToken" };
    const run = await world.doctor([...target, ...patient], { env: { PATH: "" } });
    expect(run.status).toBe(3);
    expect(run.stdout).toContain("kubectl is not on the PATH: install it");
    expect(run.stdout).toContain("sts:GetCallerIdentity failed: ExpiredToken");
    expect(run.stdout).toContain("Nothing is broken in what could be looked at.");
  });

  test("a world that never answers comes to an end, and says so", async () => {
    world.kubernetes.answers["GET /version"] = "no answer";
    world.documents["/prod/.well-known/openid-configuration"] = { isSilent: true };
    world.aws.GetCallerIdentity = "no answer";
    const run = await world.doctor([...target, "--timeout", "2"]);
    expect(run.stdout).toContain("no answer within the time limit");
    expect([1, 3]).toContain(run.status);
  });

  test("a pod says which ServiceAccount it has", async () => {
    const run = await world.doctor([
      ...["--issuer-url", issuer, "--pod", "shop/app-7f9c", "--json"],
      ...patient,
    ]);
    expect(JSON.parse(run.stdout)).toMatchObject({
      target: { pod: "shop/app-7f9c", serviceAccount: "shop/app" },
      verdict: "healthy",
    });
    expect(world.kubernetes.requests.map(permissionOf)).toContain("get pods");
  });

  describe("a configuration", () => {
    const cluster = (name: string, url: string) => `  - name: ${name}
    region: eu-central-1
    hosting: self-published
    issuerUrl: ${url}
    secretPrefix: talos
    serviceAccountRoles:
      - name: shop-app
        serviceAccounts: [shop/app]
        awsManagedPolicies: [AmazonS3ReadOnlyAccess]
`;
    const files = {
      "irsa.yaml": `clusters:\n${cluster("prod", issuer)}${cluster("staging", "https://oidc.acme.example/staging")}`,
    };

    test("--all looks at every cluster, each in its own context, and reports to CI", async () => {
      const run = await world.doctor(["--all", "--format", "junit", ...patient], {
        files,
        env: { KUBECONFIG: world.kubernetes.kubeconfig(["admin@prod"]) },
      });
      expect(run.status).toBe(1);
      const suites = [...run.stdout.matchAll(/<testsuite name="(\S+)"/g)].map(([, name]) => name);
      expect(suites).toEqual(["prod", "staging"]);
      expect(run.stdout).toContain("the kubeconfig has no context staging or admin@staging");
      // Terraform has not been applied here.
      expect(run.stderr).toContain("Only the configuration says what is wanted");
    });

    test("of a cluster by its name, a ServiceAccount of its roles is looked at", async () => {
      const outputs = {
        issuer_url: { value: issuer },
        aws_region: { value: "eu-central-1" },
        oidc_provider_arn: {
          value: `arn:aws:iam::${accountId}:oidc-provider/oidc.acme.example/prod`,
        },
        key_ids: { value: [world.key.kid] },
        role_arns: { value: { "shop-app": roleArn } },
      };
      const run = await world.doctor(
        ["prod", "--terraform-output", "outputs.json", "--json", ...patient],
        { files: { ...files, "outputs.json": JSON.stringify(outputs) } },
      );
      expect(JSON.parse(run.stdout)).toMatchObject({
        target: { cluster: "prod", serviceAccount: "shop/app" },
        verdict: "healthy",
      });
      expect([run.status, run.stderr]).toEqual([0, ""]);
    });
  });

  test("what a dry run shows comes before what old pods have", async () => {
    world.kubernetes.answers["POST /api/v1/namespaces/shop/pods?dryRun=All"] = found(notMutated);
    const run = await world.doctor([...target, ...patient, "--json"]);
    expect(run.status).toBe(1);
    expect(topOf(run)).toMatch(/WEBHOOK|DRY-RUN/);
  });

  test("STS refuses", async () => {
    world.aws.AssumeRoleWithWebIdentity = { status: 403, code: "AccessDenied" };
    const run = await world.doctor([...target, ...patient, "--call-sts", "--json"]);
    expect([run.status, topOf(run)]).toEqual([1, expect.stringMatching(/STS|DENIED/)]);
  });

  test("an admission controller that refuses is named", async () => {
    const message = 'admission webhook "policy.acme.example" denied the request: no such registry';
    world.kubernetes.answers["POST /api/v1/namespaces/shop/pods?dryRun=All"] = failure(
      403,
      "Forbidden",
      message,
    );
    const run = await world.doctor([...target, ...patient]);
    expect(run.stdout).toContain("policy.acme.example");
  });
});
