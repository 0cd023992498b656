import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { readPublicKeys } from "../../modules/documents";
import { Hosting, SigningKey } from "../../modules/issuer";
import { Policies, type ServiceAccountRoleProps } from "../../modules/roles";
import type { Diagnosis } from "../../modules/diagnosis";
import { decideWebIdentity } from "../../modules/trust";
import { temporaryDirectory } from "../../sandbox/directory";
import { LocalCloud } from "../../sandbox/local-cloud";
import { s3At, signToken } from "../../sandbox/relying-party";
import { synthesize } from "../../sandbox/synthesize";
import { startTlsEndpoint } from "../../sandbox/tls-endpoint";
import { ClusterStack } from "../../stacks/cluster-stack";
import { irsa } from "../cli/run";
import { rootOfStacks, synthesizeClusters } from "../support/root-module";
import type { TerraformConfiguration } from "../support/terraform-json";
import { configuration, exported } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { publicPem, published } from "./support/issuer";

const { ebsCsi } = Policies;

const region = "us-east-1";
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const clusterKey = privateKey.export({ type: "pkcs1", format: "pem" }).toString();

/** The roles that people write by hand, each with who may assume it and who may not. */
const roles: readonly (Omit<ServiceAccountRoleProps, "issuers"> & {
  readonly may: readonly string[];
  readonly mayNot: readonly string[];
})[] = [
  {
    name: "s3-readonly",
    serviceAccounts: ["default/s3-readonly"],
    awsManagedPolicies: ["AmazonS3ReadOnlyAccess"],
    may: ["default/s3-readonly"],
    mayNot: ["default/s3-readonly2", "kube-system/s3-readonly", "default/default"],
  },
  {
    name: "adam-csi",
    serviceAccounts: ["kube-system/ebs-csi-controller-sa"],
    policies: [ebsCsi()],
    may: ["kube-system/ebs-csi-controller-sa"],
    mayNot: ["default/ebs-csi-controller-sa", "kube-system/test"],
  },
  {
    name: "irsa-test",
    serviceAccounts: ["kube-system/test"],
    may: ["kube-system/test"],
    mayNot: ["kube-system/testing"],
  },
  {
    name: "list-buckets",
    serviceAccounts: ["test/pitower-test"],
    inlineStatements: [{ actions: ["s3:ListAllMyBuckets"], resources: ["*"] }],
    may: ["test/pitower-test"],
    mayNot: ["test/default"],
  },
  {
    name: "namespaces",
    serviceAccounts: ["default/*", "observability/*", "payments/api"],
    may: ["default/any", "observability/agent", "payments/api"],
    mayNot: ["payments/worker", "defaults/any", "kube-system/any"],
  },
];

const roleArn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

async function trustPolicy(cloud: LocalCloud, role: string): Promise<string> {
  const answer = await cloud.api.iam("GetRole", { RoleName: role });
  const document = /<AssumeRolePolicyDocument>(.*?)<\/AssumeRolePolicyDocument>/s.exec(answer)?.[1];
  return decodeURIComponent(document ?? "");
}

/** Decides as AWS would, over what is published and registered. */
async function mayAssume(
  cloud: LocalCloud,
  serviceAccount: string,
  policy: string,
  { url, arn, bucket }: { url: string; arn: string; bucket: string },
  changes: { audience?: string; expiresIn?: number } = {},
): Promise<boolean> {
  const [namespace = "", name = ""] = serviceAccount.split("/");
  const [jwk] = await readPublicKeys(publicPem(clusterKey));
  const token = await signToken({
    privateKeyPem: clusterKey,
    keyId: jwk?.kid ?? "",
    issuer: url,
    namespace,
    serviceAccount: name,
    ...changes,
  });
  const { isAllowed } = await decideWebIdentity({
    token,
    documents: {
      discovery: (await published(cloud, bucket, ".well-known/openid-configuration")) ?? "",
      jwks: (await published(cloud, bucket)) ?? "",
    },
    provider: { url, arn, clientIds: ["sts.amazonaws.com"] },
    trustPolicy: policy,
  });
  return isAllowed;
}

describeWith(
  ["terraform", "aws", "emulator", "openssl"],
  "roles of a cluster with a key of its own",
  () => {
    const issuer = {
      url: "https://s3.us-east-1.amazonaws.com/acme-roles",
      arn: "",
      bucket: "acme-roles",
    };
    let cloud: LocalCloud;

    beforeAll(async () => {
      cloud = await LocalCloud.start();
      const publicKeys = await readPublicKeys(publicPem(clusterKey));
      const terraform = await cloud.terraform(
        synthesize(
          (app) =>
            new ClusterStack(app, "roles", {
              region,
              issuer: {
                hosting: Hosting.s3({ bucket: issuer.bucket, region }),
                keys: [SigningKey.fromPublicKeys("cluster", publicKeys)],
                thumbprint: "none",
              },
              serviceAccountRoles: roles.map(({ may: _may, mayNot: _mayNot, ...role }) => role),
            }),
        ),
      );
      await terraform.apply();
      const outputs = await terraform.outputs();
      issuer.arn = outputs.text("oidc_provider_arn");
      expect(Object.keys(outputs.value("role_arns") as object)).toHaveLength(roles.length);
      expect((await terraform.plan()).actions).toEqual({});
    });
    afterAll(() => cloud.stop());

    test.each(roles.flatMap(({ name, may }) => may.map((account) => [account, name] as const)))(
      "%s may assume %s",
      async (account, role) => {
        expect(await mayAssume(cloud, account, await trustPolicy(cloud, role), issuer)).toBe(true);
      },
    );

    test.each(
      roles.flatMap(({ name, mayNot }) => mayNot.map((account) => [account, name] as const)),
    )("%s may not assume %s", async (account, role) => {
      expect(await mayAssume(cloud, account, await trustPolicy(cloud, role), issuer)).toBe(false);
    });

    test.each([
      ["of another audience", { audience: "https://kubernetes.default.svc" }],
      ["that has expired", { expiresIn: -60 }],
    ])("a token %s opens no role", async (_title, changes) => {
      const policy = await trustPolicy(cloud, "irsa-test");
      expect(await mayAssume(cloud, "kube-system/test", policy, issuer, changes)).toBe(false);
    });

    test("irsa doctor finds documents, identity provider and role as they should be", async () => {
      const locate = s3At(cloud.emulator.url);
      const { host } = new URL(issuer.url);
      const tls = await startTlsEndpoint([host], ({ url = "" }, response) => {
        void fetch(locate(`https://${host}${url}`)).then(async (answer) => {
          const type = answer.headers.get("content-type") ?? "";
          response.writeHead(answer.status, { "content-type": type, connection: "close" });
          response.end(await answer.text());
        });
      });
      const environment = { ...process.env };
      Object.assign(process.env, {
        AWS_ENDPOINT_URL: cloud.emulator.url,
        AWS_ACCESS_KEY_ID: "testing",
        AWS_SECRET_ACCESS_KEY: "testing",
      });
      const argv = ["--issuer-url", issuer.url, "--role-arn", roleArn("irsa-test")];
      const { status, stdout } = await irsa(["doctor", ...argv, "--json"], {
        // Without kubectl: there is no cluster here.
        env: { PATH: "", HTTPS_PROXY: tls.env.HTTPS_PROXY },
        authorities: [tls.root],
      });
      process.env = environment;
      await tls.stop();
      const { links } = JSON.parse(stdout) as Diagnosis;
      expect(links.flatMap(({ findings }) => findings)).toEqual([]);
      const verdicts = Object.fromEntries(links.map(({ link, verdict }) => [link, verdict]));
      expect(verdicts).toMatchObject({
        documents: "healthy",
        "identity-provider": "healthy",
        role: "healthy",
      });
      expect(status).toBe(3);
    });

    test("the exported module trusts the same, over several issuers", async () => {
      const root = temporaryDirectory("irsa-role");
      const other = "oidc.acme.example/home";
      writeFileSync(
        join(root, "main.tf.json"),
        JSON.stringify({
          module: {
            role: {
              source: exported.role,
              name: "by-module",
              service_accounts: ["payments/api", "observability/*"],
              issuers: [
                { issuer_hostpath: issuer.url.slice(8), oidc_provider_arn: issuer.arn },
                {
                  issuer_hostpath: other,
                  oidc_provider_arn: `arn:aws:iam::123456789012:oidc-provider/${other}`,
                },
              ],
              inline_policies: {
                list: JSON.stringify({
                  Version: "2012-10-17",
                  Statement: [{ Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" }],
                }),
              },
            },
          },
          provider: { aws: { region } },
        }),
      );
      const terraform = await cloud.terraform(root);
      await terraform.apply();
      const policy = await trustPolicy(cloud, "by-module");
      const decide = (account: string) => mayAssume(cloud, account, policy, issuer);
      expect(await decide("payments/api")).toBe(true);
      expect(await decide("observability/agent")).toBe(true);
      expect(await decide("payments/worker")).toBe(false);
      expect(JSON.parse(policy)).toHaveProperty("Statement.length", 4);
      writeFileSync(
        join(terraform.directory, "main_override.tf.json"),
        JSON.stringify({ module: { role: { service_accounts: ["*/*"] } } }),
      );
      await expect(terraform.plan()).rejects.toThrow("any_service_account");
    });
  },
);

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "the Talos patch of an applied stack",
  () => {
    let cloud: LocalCloud;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
    });
    afterAll(() => cloud.stop());

    test("is to the byte what irsa cluster-config prints, amid a rotation too", async () => {
      const versions = [
        { version: "1.12" },
        { version: "1.13.6" },
        { version: "1.14", controlPlaneEndpoint: "https://10.0.0.1:6443" },
      ];
      const nameOf = ({ version }: { version: string }) => `talos-${version.replaceAll(".", "-")}`;
      const clusters = versions.map((talos) => ({
        name: nameOf(talos),
        region,
        bucket: `acme-${nameOf(talos)}`,
        secret: { name: `talos/${nameOf(talos)}` },
        keys: [{ name: "key" }, { name: "next" }],
        signingKey: "key",
        previousIssuers: [{ name: "old", url: `https://old.example.org/${nameOf(talos)}` }],
        thumbprint: "none",
        talos,
      }));
      const outdir = await synthesizeClusters(clusters);
      const terraform = await cloud.terraform(configuration(rootOfStacks(outdir)));
      await terraform.apply();
      const outputs = await terraform.outputs();
      for (const talos of versions) {
        const values = outputs.value(nameOf(talos)) as Readonly<Record<string, unknown>>;
        const { output = {} } = JSON.parse(
          readFileSync(join(outdir, "stacks", nameOf(talos), "cdk.tf.json"), "utf8"),
        ) as TerraformConfiguration;
        expect(output.talos_machine_config_patch?.sensitive).toBe(true);
        const patch = values.talos_machine_config_patch as string;
        const entries = Object.entries(values).filter(([, value]) => value !== null);
        const input = JSON.stringify(
          Object.fromEntries(entries.map(([key, value]) => [key, { value, sensitive: true }])),
        );
        const { version, controlPlaneEndpoint: endpoint } = { controlPlaneEndpoint: "", ...talos };
        const argv = ["cluster-config", "talos", `--talos-version=${version}`];
        const flags = endpoint === "" ? [] : [`--control-plane-endpoint=${endpoint}`];
        const { status, stdout } = await irsa([...argv, ...flags], { input });
        expect({ status, stdout }).toEqual({ status: 0, stdout: patch });
        expect(parseAllDocuments(patch).flatMap(({ errors }) => errors)).toEqual([]);
        expect(patch.includes("old.example.org")).toBe(version !== "1.12");
        expect(patch.match(/BEGIN PUBLIC KEY/g)?.length ?? 0).toBe(version === "1.14" ? 1 : 0);
      }
    });
  },
);
