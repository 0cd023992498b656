import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import {
  buildReport,
  renderReport,
  type Report,
  reportJsonSchema,
  reportRules,
  type SynthesizedStack,
  type TerraformJson,
} from "../../../modules/report";
import { irsa } from "../../cli/run";

const root = join(__dirname, "../../..");
const examples = readdirSync(join(root, "examples"));
const isReport = new Ajv2020({ strict: true }).compile(reportJsonSchema());
const reports = new Map<string, Promise<Report>>();

/** What `irsa report --json` says of an example. */
function reportOf(example: string): Promise<Report> {
  const made = reports.get(example) ?? run(example);
  reports.set(example, made);
  return made;
}

async function run(example: string): Promise<Report> {
  const config = join(root, "examples", example, "irsa.yaml");
  const { stdout, stderr } = await irsa(["report", "--config", config, "--json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Report;
}

/** The Terraform beside an example, by cluster, as text: read by other means than the report is. */
function terraformOf(example: string): ReadonlyMap<string, string> {
  const expected = join(root, "examples", example, "expected");
  return new Map(
    readdirSync(expected).map((stack) => [
      stack,
      readFileSync(join(expected, stack, "cdk.tf.json"), "utf8"),
    ]),
  );
}

const all = (text: string, pattern: RegExp) =>
  [...new Set([...text.matchAll(pattern)].map(([, found = ""]) => found))].sort();
const sorted = (values: readonly string[]) => [...new Set(values)].sort();

describe.each(examples)("the report of examples/%s", (example) => {
  const terraform = terraformOf(example);

  test("is one by its schema, of every cluster", async () => {
    const report = await reportOf(example);
    isReport(report);
    expect(isReport.errors).toBeNull();
    expect(sorted(report.clusters.map(({ name }) => name))).toEqual(sorted([...terraform.keys()]));
  });

  test("has the roles, ServiceAccounts and policies that the Terraform has", async () => {
    for (const { name, roles } of (await reportOf(example)).clusters) {
      const { data, resource } = JSON.parse(terraform.get(name) ?? "") as TerraformJson;
      const made = Object.entries(resource?.aws_iam_role ?? {});
      expect(roles.map((role) => role.name)).toEqual(made.map(([, role]) => role.name));
      for (const [address, role] of made) {
        const found = roles.find((each) => each.name === role.name);
        const trust = JSON.stringify(data?.aws_iam_policy_document?.[address]);
        const accounts = all(trust, /system:serviceaccount:([^"]+)/g);
        expect(sorted(found?.webIdentities.flatMap((each) => each.serviceAccounts) ?? [])).toEqual(
          accounts.map((account) => account.replace(":", "/")),
        );
        const policies = ["aws_iam_role_policy", "aws_iam_role_policy_attachment"]
          .flatMap((type) => Object.values(resource?.[type] ?? {}))
          .filter((policy) => policy.role === `\${aws_iam_role.${address}.name}`);
        expect(found?.policies).toHaveLength(policies.length);
      }
    }
  });

  test("has the identity providers that the Terraform has", async () => {
    for (const { name, identityProviders } of (await reportOf(example)).clusters) {
      const { resource } = JSON.parse(terraform.get(name) ?? "") as TerraformJson;
      const made = Object.values(resource?.aws_iam_openid_connect_provider ?? {});
      const reported = identityProviders.filter(({ madeHere }) => madeHere);
      expect(reported.map(({ audiences }) => audiences)).toEqual(
        made.map(({ client_id_list: audiences }) => audiences),
      );
      const known = made.map(({ url }) => String(url)).filter((url) => !url.includes("${"));
      expect(reported.map(({ issuerUrl }) => issuerUrl)).toEqual(expect.arrayContaining(known));
    }
  });

  test("says where each private key is, as the Terraform uses it", async () => {
    for (const cluster of (await reportOf(example)).clusters) {
      const text = terraform.get(cluster.name) ?? "";
      for (const { name, privateKey } of cluster.keys) {
        const inState = new RegExp(`(?<!ephemeral\\.)tls_private_key\\.${name}\\.`).test(text);
        const isRead = text.includes(`ephemeral.aws_secretsmanager_secret_version.${name}.`);
        const place = inState ? "terraform-state" : isRead ? "secrets-manager" : "owner";
        expect([name, privateKey.place]).toEqual([name, place]);
        if (privateKey.secret !== undefined) expect(text).toContain(`"${privateKey.secret.name}"`);
      }
      const kids = all(text, /\bkid\\*" ?[:=] ?\\*"([\w-]{43})/g);
      expect(sorted(cluster.keys.flatMap(({ keyIds }) => keyIds))).toEqual(kids);
    }
  });

  test("says what is public, as the Terraform makes it", async () => {
    for (const { name, bucket, documents, distribution } of (await reportOf(example)).clusters) {
      const text = terraform.get(name) ?? "";
      const isPublicByAcl = text.includes('"acl": "public-read"');
      expect(documents.some(({ publishedBy }) => publishedBy === "object-acl")).toBe(isPublicByAcl);
      expect(distribution !== undefined).toBe(text.includes('"aws_cloudfront_distribution"'));
      const everyone = /"identifiers": \[\s*"\*"/.test(text);
      const isPublic = (bucket?.everyoneReads ?? []).length > 0;
      // Of a cluster that moves, another issuer's bucket may be the public one.
      expect(isPublic).toBe((isPublicByAcl || everyone) && example !== "moving-issuer");
    }
  });
});

describe("particulars", () => {
  const cluster = async (example: string, name?: string) => {
    const { clusters } = await reportOf(example);
    const found = clusters.find((each) => name === undefined || each.name === name);
    if (found === undefined) throw new Error(`no cluster ${name}`);
    return found;
  };
  const codes = async (example: string, name?: string) =>
    (await cluster(example, name)).findings.map(({ code, about }) => [code, about.name]);

  test("the policies of the catalogue, inline and managed, are named", async () => {
    const adam = await cluster("roles-ebs-csi");
    expect(adam.roles.map(({ name, policies }) => [name, policies])).toEqual([
      [
        "adam-csi",
        [
          {
            name: "AmazonEBSCSIDriverPolicyV2",
            type: "aws-managed",
            arn: "arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV2",
            catalogue: "ebs-csi",
          },
        ],
      ],
      ["irsa-test", []],
    ]);
    const { roles } = await cluster("many-clusters", "prod-eu");
    const [dns] = roles.find(({ name }) => name === "prod-eu-external-dns")?.policies ?? [];
    expect(dns).toMatchObject({ name: "external-dns", type: "inline", catalogue: "external-dns" });
    expect(dns?.statements?.flatMap(({ resources }) => resources)).toContain(
      "arn:aws:route53:::hostedzone/Z0123456789EXAMPLE",
    );
  });

  test("wildcards are listed with the names, and found", async () => {
    const edge = await cluster("roles-namespaces");
    expect(edge.roles[0]?.webIdentities[0]).toMatchObject({
      audiences: ["sts.amazonaws.com"],
      serviceAccounts: ["payments/my-serviceaccount", "default/*", "observability/*"],
    });
    expect(edge.issuer).toEqual({
      url: "https://s3.us-west-2.amazonaws.com/acme-edge-oidc",
      hosting: "existing",
    });
    expect(await codes("roles-namespaces")).toEqual([
      ["IRSA-REPORT-WILDCARD", "edge-observability"],
      ["IRSA-REPORT-WILDCARD", "edge-observability"],
    ]);
    expect(await codes("many-clusters", "lab")).toEqual([
      ["IRSA-ROLE-ANY-NAMESPACE", "lab-experiments"],
      ["IRSA-REPORT-KEY-IN-STATE", "key"],
      ["IRSA-REPORT-BUCKET-ACLS", "acme-lab-oidc"],
    ]);
  });

  test("a key that signs, one that is published, and one of an owner", async () => {
    const { keys } = await cluster("key-rotation");
    expect(
      keys.map(({ name, algorithm, phase, keyIds, privateKey }) => [
        name,
        algorithm,
        phase,
        keyIds,
        privateKey.place,
        privateKey.secret?.name,
      ]),
    ).toEqual([
      ["key", "RSA-2048", "published", [], "terraform-state", undefined],
      ["key2", "RSA-4096", "signing", [], "terraform-state", "talos/rotating"],
      [
        "before",
        "RSA",
        "published",
        ["1EHffhAlBwA06j-xb26zJNyWkG0fLEVpwmvAcZt5xG0"],
        "owner",
        undefined,
      ],
    ]);
  });

  test("previous issuers, made here and elsewhere, and a URL that is known at apply", async () => {
    const { issuer, identityProviders, documents, bucket } = await cluster("moving-issuer");
    const former = "https://s3.eu-central-1.amazonaws.com/acme-moving-oidc";
    expect(bucket).toMatchObject({ name: "acme-moving-oidc-private", everyoneReads: [] });
    expect(issuer).toEqual({
      url: "https://${aws_cloudfront_distribution.oidc_cdn.domain_name}",
      hosting: "cloudfront",
    });
    expect(documents.map(({ url, publishedBy }) => [url, publishedBy])).toEqual([
      [`${issuer.url}/.well-known/openid-configuration`, "cloudfront"],
      [`${issuer.url}/keys.json`, "cloudfront"],
      [`${former}/.well-known/openid-configuration`, "object-acl"],
      [`${former}/keys.json`, "object-acl"],
    ]);
    expect(
      identityProviders.map(({ issuerUrl, isPrevious, madeHere }) => [
        issuerUrl,
        isPrevious,
        madeHere,
      ]),
    ).toEqual([
      [former, true, true],
      [issuer.url, false, true],
      ["https://raw.githubusercontent.com/acme/oidc-2025/main", true, true],
      ["https://s3.eu-central-1.amazonaws.com/acme-shared-oidc/moving", true, false],
    ]);
    expect((await codes("moving-issuer")).map(([code]) => code)).toEqual([
      "IRSA-REPORT-KEY-IN-STATE",
      "IRSA-REPORT-PREVIOUS-ISSUER",
      "IRSA-REPORT-PREVIOUS-ISSUER",
      "IRSA-REPORT-PREVIOUS-ISSUER",
    ]);
  });

  test("a private bucket, its secret and its settings", async () => {
    const { bucket, distribution, keys } = await cluster("cloudfront-custom-domain-kms");
    const documents = [".well-known/openid-configuration", "keys.json"];
    expect(bucket).toEqual({
      name: "acme-secure-oidc",
      madeHere: true,
      everyoneReads: [],
      distributionReads: documents,
      aclsCount: false,
      versioning: true,
      encryption: "arn:aws:kms:eu-central-1:111122223333:key/0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d",
      accessLogs: "s3://acme-access-logs/oidc/",
    });
    expect(distribution).toEqual({
      domain: "oidc.acme.example",
      viewers: "https-only",
      minimumTls: "TLSv1.2_2021",
    });
    expect(keys[0]?.privateKey.secret).toEqual({
      name: "talos/secure",
      madeHere: true,
      kmsKey: "alias/talos",
      resourcePolicy: true,
      replicaRegions: ["eu-west-1"],
    });
  });

  test("a key in Secrets Manager alone, and the parameter with its public half", async () => {
    expect((await cluster("key-in-secrets-manager")).keys).toEqual([
      {
        name: "key-2026",
        algorithm: "RSA-2048",
        phase: "signing",
        keyIds: [],
        privateKey: {
          place: "secrets-manager",
          secret: {
            name: "talos/kept/key-2026",
            madeHere: true,
            resourcePolicy: false,
            replicaRegions: [],
          },
        },
        publicKeyParameter: "/self-hosted-irsa/kept/key-2026",
      },
    ]);
    expect(await codes("key-in-secrets-manager")).toEqual([]);
  });

  test("documents in the bucket of another owner, and those that you publish", async () => {
    const shared = await cluster("shared-bucket", "green");
    expect(shared.bucket).toMatchObject({ name: "acme-shared-oidc", madeHere: false });
    expect(shared.documents.map(({ publishedBy, location }) => [publishedBy, location])).toEqual([
      ["bucket-owner", "s3://acme-shared-oidc/green/.well-known/openid-configuration"],
      ["bucket-owner", "s3://acme-shared-oidc/green/keys.json"],
    ]);
    expect((await cluster("self-published-github")).documents).toEqual(
      ["openid-configuration", "keys.json"].map((name) => ({
        name,
        url: `https://raw.githubusercontent.com/acme/oidc/main/${name === "keys.json" ? name : `.well-known/${name}`}`,
        publishedBy: "self",
      })),
    );
  });

  test("the partition of the region is in ARNs", async () => {
    const arns = (await reportOf("partitions")).clusters.map(
      ({ identityProviders: [provider] }) => provider?.arn.split(":")[1],
    );
    expect(arns).toEqual(["aws-cn", "aws-eusc", "aws-us-gov"]);
  });

  test("the one stack with variables", async () => {
    expect(await cluster("backend-s3")).toMatchObject({
      name: "irsa",
      state: { backend: "s3", location: "s3://acme-terraform-state/self-hosted-irsa/irsa.tfstate" },
      bucket: { name: "${var.bucket_name}" },
      keys: [{ name: "key", algorithm: "RSA-2048", phase: "signing" }],
    });
  });
});

/** A stack with one role, whose trust policy has the statements. */
function stackWith(
  statements: readonly object[],
  resource: TerraformJson["resource"] = {},
): SynthesizedStack {
  const json = "${data.aws_iam_policy_document.app.json}";
  return {
    name: "lab",
    region: "eu-central-1",
    accountId: "111122223333",
    issuerUrl: "https://oidc.example.org",
    terraform: {
      data: { aws_iam_policy_document: { app: { statement: statements } } },
      resource: { aws_iam_role: { app: { name: "app", assume_role_policy: json } }, ...resource },
    },
  };
}

const provider = "arn:aws:iam::111122223333:oidc-provider/oidc.example.org";
const webIdentity = (condition: readonly object[]) => ({
  actions: ["sts:AssumeRoleWithWebIdentity"],
  effect: "Allow",
  principals: [{ type: "Federated", identifiers: [provider] }],
  condition,
});
const audience = {
  test: "StringEquals",
  variable: "oidc.example.org:aud",
  values: ["sts.amazonaws.com"],
};
const subject = {
  test: "StringEquals",
  variable: "oidc.example.org:sub",
  values: ["system:serviceaccount:shop:app"],
};

describe("findings in Terraform of any origin", () => {
  const codesOf = (stack: SynthesizedStack) =>
    buildReport([stack]).clusters[0]?.findings.map(({ code, actual }) => [code, actual]);

  test("a trust policy with both conditions is right", () => {
    expect(codesOf(stackWith([webIdentity([audience, subject])]))).toEqual([]);
  });

  test("one without an audience", () => {
    expect(codesOf(stackWith([webIdentity([subject])]))).toEqual([
      [reportRules.noAudience.code, provider],
    ]);
  });

  test.each([
    ["without a subject", []],
    ["with a subject under another operator", [{ ...subject, test: "StringNotEquals" }]],
    ["with any subject", [{ ...subject, test: "StringLike", values: ["*"] }]],
  ])("one %s lets every ServiceAccount in", (_title, conditions) => {
    expect(codesOf(stackWith([webIdentity([audience, ...conditions])]))).toEqual([
      ["IRSA-ROLE-ANY-SERVICE-ACCOUNT", "*/*"],
    ]);
  });

  test("another principal", () => {
    const root = "arn:aws:iam::444455556666:root";
    const assume = {
      actions: ["sts:AssumeRole"],
      effect: "Allow",
      principals: [{ type: "AWS", identifiers: [root] }],
    };
    expect(codesOf(stackWith([webIdentity([audience, subject]), assume]))).toEqual([
      [reportRules.otherPrincipals.code, root],
    ]);
  });

  test("an administrator by an AWS managed policy, however it is attached", () => {
    const attachment = {
      role: "${aws_iam_role.app.name}",
      policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess",
    };
    const stack = stackWith([webIdentity([audience, subject])], {
      aws_iam_role_policy_attachment: { app: attachment },
    });
    expect(codesOf(stack)).toEqual([["IRSA-ROLE-ADMINISTRATOR", "AdministratorAccess"]]);
  });

  test("settings of a Talos cluster with consequences", () => {
    const talos = { version: "1.13", apiAudiences: ["sts.amazonaws.com"] };
    const stack = { ...stackWith([webIdentity([audience, subject])]), talos };
    expect(codesOf(stack)).toEqual([["IRSA-CLUSTER-STS-AUDIENCE", undefined]]);
  });
});

describe("the HTML", () => {
  /** A report with other strings in the place of all that are not of a fixed set. */
  const withStrings = (value: unknown, text: string, name = ""): unknown => {
    if (Array.isArray(value)) return value.map((each) => withStrings(each, text, name));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, withStrings(each, text, key)]),
      );
    }
    const fixed =
      /^(severity|kind|effect|phase|place|publishedBy|hosting|thumbprint|type)$/.test(name) ||
      value === "openid-configuration" ||
      value === "keys.json";
    return typeof value === "string" && !fixed ? text : value;
  };
  const tags = (markup: string) =>
    [...markup.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));

  test.each([
    ["an element", `<img src=x onerror=alert(1)>`],
    ["the end of an attribute", `" onmouseover="alert(1)`],
    ["the end of an attribute in single quotes", `' onmouseover='alert(1)`],
    ["the end of the style", `</style><script>alert(1)</script>`],
    ["a comment", `<!--`],
    ["an entity", `&lt;script&gt;`],
    ["a link", `javascript:alert(1)`],
  ])("takes %s in a value for text", async (_title, hostile) => {
    const { clusters } = await reportOf("many-clusters");
    const render = (text: string) =>
      renderReport(withStrings({ version: 1, clusters }, text) as Report);
    expect(tags(render(hostile))).toEqual(tags(render("x".repeat(hostile.length))));
    expect(render(hostile)).not.toContain(`href="javascript:`);
  });

  test("shows marks that reverse text, and control characters", async () => {
    const { clusters } = await reportOf("roles-ebs-csi");
    const text = "kube-system/\u202egro\u0000";
    const markup = renderReport(withStrings({ version: 1, clusters }, text) as Report);
    expect(markup).toContain("kube-system/\\u202egro\\u0000");
    expect(markup).not.toMatch(/[\u0000\u202e]/);
  });

  test("is the same for the same stacks, and bears a date only if it is asked to", async () => {
    const config = join(root, "examples/many-clusters/irsa.yaml");
    const [first, second, dated] = await Promise.all([
      irsa(["report", "--config", config]),
      irsa(["report", "--config", config]),
      irsa(["report", "--config", config, "--date", "2026-11-28"]),
    ]);
    expect(first.stdout).toBe(second.stdout);
    expect(first.stdout).not.toMatch(/\d{4}-\d\d-\d\d(?!_)/);
    expect(dated.stdout).toContain('<time datetime="2026-11-28">2026-11-28</time>');
  });

  test("of a fleet begins with its clusters closed", async () => {
    const { clusters } = await reportOf("many-clusters");
    const [one] = clusters;
    if (one === undefined) throw new Error("no cluster");
    const fleet = Array.from({ length: 40 }, (_, index) => ({ ...one, name: `edge-${index}` }));
    const open = /<details open>/g;
    expect(renderReport({ version: 1, clusters: fleet }).match(open)).toBeNull();
    expect(renderReport({ version: 1, clusters }).match(open)).toHaveLength(clusters.length);
  });
});

test("irsa-report.schema.json is current", () => {
  const written = readFileSync(join(root, "irsa-report.schema.json"), "utf8");
  expect(written).toBe(`${JSON.stringify(reportJsonSchema())}\n`);
});

test("the schema refuses what is no report", async () => {
  const report = await reportOf("roles-ebs-csi");
  expect(isReport({ ...report, more: true })).toBe(false);
  expect(isReport({ ...report, version: 2 })).toBe(false);
  expect(isReport({ ...report, clusters: [{}] })).toBe(false);
});
