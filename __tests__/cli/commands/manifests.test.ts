import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import {
  buildCertManagerRelease,
  buildCloudControllerManagerRelease,
  buildEbsCsiDriverRelease,
  buildPodIdentityWebhookRelease,
  certManagerChart,
  failurePolicyConsequence,
  formatSmokeTestAnswers,
  podIdentityWebhookChart,
  smokeTestAnswers,
  stsAudience,
} from "../../../modules/cluster";
import { schemaViolations } from "../../modules/cluster/schema-violations";
import { expectGolden } from "../../support/golden";
import { irsa, type Run, runIn, type Surroundings, terraformOutput, values } from "../run";

const words = (text: string) => text.split(" ");
const manifests = (text: string, surroundings: Surroundings = {}): Promise<Run> =>
  irsa(["manifests", ...words(text)], surroundings);
const roleArn = "arn:aws:iam::111122223333:role/reader";
const read = (text: string) =>
  parseAllDocuments(text).map((document) => document.toJS() as Record<string, unknown>);

const examples: [string, string, string][] = [
  ["add-ons-flux.yaml", "add-ons --as flux --region eu-central-1", ""],
  [
    "add-ons-argo-cd.yaml",
    "add-ons --as argo-cd --failure-policy Fail --excluded-namespace kube-system --excluded-namespace cert-manager --excluded-namespace irsa --namespace irsa --no-cert-manager --replica-count 3 --audience sts.example.com --token-expiration 3600 --annotation-prefix irsa.example.com",
    terraformOutput({ service_accounts: [] }),
  ],
  ["service-accounts.yaml", "service-accounts", terraformOutput()],
  [
    "service-account.yaml",
    `service-accounts --namespace backup --service-account-name velero --role-arn ${roleArn} --audience sts.example.com --token-expiration 600 --annotation-prefix irsa.example.com --no-sts-regional-endpoints`,
    "",
  ],
  ["smoke-test.yaml", "smoke-test --bucket acme-backups", terraformOutput()],
  [
    "smoke-test-without-webhook.yaml",
    `smoke-test --region cn-north-1 --role-arn ${roleArn} --namespace backup --service-account-name velero --no-webhook --audience sts.example.com --image registry.example.com/aws-cli:2.36.44`,
    "",
  ],
];

describe("manifests", () => {
  const runs: [string, Run][] = [];

  beforeAll(async () => {
    for (const [name, argv, input] of examples) {
      runs.push([name, await manifests(argv, { input })]);
    }
  });

  it("are the golden files", async () => {
    const golden = mkdtempSync(join(tmpdir(), "irsa-golden-"));
    const notes: string[] = [];
    for (const [name, { status, stdout, stderr, written }] of runs) {
      expect([name, status, written]).toEqual([name, 0, {}]);
      notes.push(`${name}:\n${stderr}`);
      writeFileSync(join(golden, name), stdout);
    }
    const values = await manifests("add-ons --region eu-central-1 --webhook-map --out values", {
      input: terraformOutput(),
    });
    expect(Object.keys(values.written)).toHaveLength(2);
    for (const [path, text] of Object.entries(values.written)) {
      writeFileSync(join(golden, path.replace("values/", "")), text);
    }
    writeFileSync(join(golden, "install.sh"), values.stdout);
    writeFileSync(join(golden, "notes.txt"), [...notes, values.stderr].join("\n"));
    expectGolden(golden, "cli/manifests");
  });

  it("are what the APIs of Kubernetes, Flux and Argo CD take", () => {
    const objects = runs.flatMap(([, { stdout }]) => read(stdout));
    expect(objects.length).toBeGreaterThan(11);
    expect(schemaViolations(objects)).toEqual(objects.map(() => []));
  });

  it("go to a file with --out", async () => {
    const { stdout, written } = await manifests("service-accounts --out accounts.yaml", {
      input: terraformOutput(),
    });
    expect(stdout).toBe("Wrote accounts.yaml\n");
    expect(Object.keys(written)).toEqual(["accounts.yaml"]);
  });
});

describe("add-ons", () => {
  it("are installed by the commands that are printed, in a directory of any name", async () => {
    const files = { "bin/helm": '#!/bin/sh\ntest -f "${13}" && echo "$3 with ${13}"\n' };
    const out = "it's here";
    const run = await irsa(["manifests", "add-ons", "--region", "eu-central-1", "--out", out], {
      files,
    });
    expect(run.stderr).toBe(
      `Wrote ${out}/cert-manager-values.yaml\nWrote ${out}/amazon-eks-pod-identity-webhook-values.yaml\n`,
    );
    const path = `${join(run.cwd, "bin")}:${process.env.PATH}`;
    const installed = runIn(run.cwd, ["sh"], { input: run.stdout }, { PATH: path });
    expect(installed.stdout).toBe(
      "cert-manager with cert-manager-values.yaml\namazon-eks-pod-identity-webhook with amazon-eks-pod-identity-webhook-values.yaml\n",
    );
  });

  it.each(["flux", "argo-cd"])("as manifests for %s go to a directory, too", async (way) => {
    const { stdout, written } = await manifests(
      `add-ons --as ${way} --region eu-west-1 --out infra`,
    );
    expect(stdout).toBe(`Wrote infra/${way}.yaml\n`);
    expect(Object.keys(written)).toEqual([`infra/${way}.yaml`]);
  });

  it("are releases as JSON, with values files or without", async () => {
    const argv = "add-ons --region eu-west-1 --json";
    const { status, stdout, stderr, written } = await manifests(argv);
    expect({ status, stderr, written }).toEqual({ status: 0, stderr: "", written: {} });
    const { releases } = JSON.parse(stdout) as { releases: object[] };
    expect(releases).toEqual([
      {
        name: "cert-manager",
        namespace: "cert-manager",
        chart: certManagerChart,
        values: buildCertManagerRelease({}).values,
      },
      {
        name: "amazon-eks-pod-identity-webhook",
        namespace: "pod-identity-webhook",
        chart: podIdentityWebhookChart,
        values: buildPodIdentityWebhookRelease({ region: "eu-west-1" }).values,
      },
    ]);

    const withFiles = await manifests(`${argv} --out values`);
    const paths = [
      "values/cert-manager-values.yaml",
      "values/amazon-eks-pod-identity-webhook-values.yaml",
    ];
    expect(JSON.parse(withFiles.stdout)).toEqual({ releases, written: paths });
    expect(Object.keys(withFiles.written).sort()).toEqual([...paths].sort());
  });

  it.each(["flux", "argo-cd"])("are the same manifests for %s as JSON", async (way) => {
    const argv = `add-ons --as ${way} --region eu-west-1`;
    const { stdout } = await manifests(`${argv} --json`);
    const list = { apiVersion: "v1", kind: "List", items: read((await manifests(argv)).stdout) };
    expect(JSON.parse(stdout)).toEqual(list);

    const run = await manifests(`${argv} --json --out infra`);
    expect(run.stdout).toBe(`{"written":["infra/${way}.json"]}\n`);
    expect(run.written).toEqual({ [`infra/${way}.json`]: stdout });
  });

  it.each(["helm --out .", "flux", "argo-cd"])("tell the consequence of Fail: %s", async (way) => {
    const { stdout, written } = await manifests(
      `add-ons --as ${way} --region eu-west-1 --failure-policy Fail`,
    );
    const texts = [stdout, ...Object.values(written)].join("").replaceAll(/\n *# +/g, " ");
    expect(texts).toContain(failurePolicyConsequence.Fail);
  });

  it("have their region from the option, whatever Terraform's is", async () => {
    const { written } = await manifests("add-ons --region eu-west-1 --webhook-map --out .", {
      input: terraformOutput(),
    });
    const text = written["amazon-eks-pod-identity-webhook-values.yaml"] ?? "";
    expect(parse(text)).toMatchObject({ config: { defaultAwsRegion: "eu-west-1" } });
  });
});

describe("add-ons for AWS", () => {
  const ebs = `--ebs-csi-role-arn ${roleArn}-ebs`;
  const cloud = `--cloud-controller-role-arn ${roleArn}-ccm --cluster-name prod`;
  const argv = `add-ons --region eu-west-1 --json`;
  const releasesOf = async (options: string, input = "") => {
    const { status, stdout, stderr } = await manifests(`${argv} ${options}`, { input });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return (JSON.parse(stdout) as { releases: { name: string; values: object }[] }).releases;
  };

  it("come in the order of installation, with their roles", async () => {
    const releases = await releasesOf(`${ebs} ${cloud}`);
    expect(releases.map(({ name }) => name)).toEqual([
      "aws-cloud-controller-manager",
      "cert-manager",
      "amazon-eks-pod-identity-webhook",
      "aws-ebs-csi-driver",
    ]);
    const shared = { region: "eu-west-1" };
    expect(releases[0]?.values).toEqual(
      buildCloudControllerManagerRelease({
        ...{ ...shared, roleArn: `${roleArn}-ccm`, clusterName: "prod" },
      }).values,
    );
    expect(releases[3]?.values).toEqual(
      buildEbsCsiDriverRelease({
        ...{ ...shared, roleArn: `${roleArn}-ebs`, metadataSource: "kubernetes" },
      }).values,
    );
  });

  it("ask the instance metadata service without the cloud controller", async () => {
    const [, , driver] = await releasesOf(ebs);
    expect(driver?.values).toMatchObject({ node: { metadataSources: "imds" } });
  });

  it.each(["", " --webhook-map"])("need no webhook under Fail: %s", async (option) => {
    const options = `--failure-policy Fail ${ebs} --terraform-output -${option}`;
    const account = { namespace: "kube-system", name: "ebs-csi-controller-sa", role_arn: roleArn };
    const input = terraformOutput({
      service_accounts: [account],
      role_arns: {},
      pod_identity_webhook_map: { "kube-system/ebs-csi-controller-sa": { RoleARN: roleArn } },
    });
    const [, webhook, driver] = await releasesOf(options, input);
    const { values: withoutWebhook } = buildEbsCsiDriverRelease({
      ...{ region: "eu-west-1", roleArn: `${roleArn}-ebs`, webhook: false },
    });
    expect(driver?.values).toEqual(withoutWebhook);
    expect(JSON.stringify(webhook?.values)).not.toContain("ebs-csi-controller-sa");
  });
});

describe("the smoke test", () => {
  it("makes its own namespace, and no other unless asked", async () => {
    const kinds = async (option: string) => {
      const argv = `smoke-test --region eu-west-1 --role-arn ${roleArn}${option}`;
      return read((await manifests(argv)).stdout).map(({ kind }) => kind);
    };
    const rest = ["ServiceAccount", "Job"];
    expect(await kinds("")).toEqual(["Namespace", ...rest]);
    expect(await kinds(" --no-create-namespace")).toEqual(rest);
    expect(await kinds(" --namespace kube-system")).toEqual(rest);
    expect(await kinds(" --namespace team --create-namespace")).toEqual(["Namespace", ...rest]);
  });

  it("has the audience that AWS asks for, unless another is said", async () => {
    const argv = `smoke-test --region eu-west-1 --role-arn ${roleArn} --no-webhook`;
    expect((await manifests(argv)).stdout).toContain(`audience: ${stsAudience}\n`);
  });
});

test.each(["manifests", "manifests add-ons", "cluster-config", "cluster-config k3s"])(
  "%s comes with help",
  async (argv) => {
    const { status, stdout, stderr } = await irsa([...words(argv), "--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(`Usage: irsa ${argv} `);
  },
);

describe("the webhook's map", () => {
  const argv = "add-ons --webhook-map --region eu-west-1 --out .";
  const file = "amazon-eks-pod-identity-webhook-values.yaml";
  const data = ({ written }: Run): unknown =>
    (parse(written[file] ?? "") as { config: { podIdentityWebhookMap: object } }).config
      .podIdentityWebhookMap;
  const { pod_identity_webhook_map: map } = values;

  it.each([
    ["among all outputs", terraformOutput()],
    ["alone", JSON.stringify(map)],
    [
      "of cdktf's file",
      JSON.stringify({ prod: { aws_region: "x", pod_identity_webhook_map: map } }),
    ],
  ])("is Terraform's, %s: with every namespace and audiences", async (_, input) => {
    expect(data(await manifests(argv, { input }))).toEqual({ enabled: true, data: map });
  });

  it("keeps audience, STS and lifetime of an entry", async () => {
    const entry = {
      RoleARN: roleArn,
      Audience: "oidc.example.org",
      UseRegionalSTS: false,
      TokenExpiration: 3600,
    };
    const input = JSON.stringify({ "a/b": entry });
    expect(data(await manifests(argv, { input }))).toEqual({
      enabled: true,
      data: { "a/b": entry },
    });
  });

  it("lacks roles that it cannot express, which is reported", async () => {
    const input = terraformOutput({
      role_arns: { ...values.role_arns, "any-team": `${roleArn}-any-team` },
    });
    const { status, stderr } = await manifests(argv, { input });
    expect(status).toBe(0);
    expect(stderr).toMatch(/Warning: the map has no entry for these roles, .*: any-team$/m);
    expect((await manifests(argv, { input: terraformOutput() })).stderr).not.toContain("Warning");
  });

  it.each([{}, [], { a: 1 }, { "a/b": {} }, { "a/b": { RoleARN: 1 } }])(
    "must be a map: %j",
    async (pod_identity_webhook_map) => {
      const input = terraformOutput({ pod_identity_webhook_map });
      const { status, stderr, written } = await manifests(argv, { input });
      expect({ status, written }).toEqual({ status: 1, written: {} });
      expect(stderr).toMatch(/^Terraform's output pod_identity_webhook_map must be a map/);
    },
  );
});

describe("the failure policy Fail", () => {
  const argv = "add-ons --region eu-west-1 --as flux --failure-policy Fail";

  it.each(["", " --webhook-map"])(
    "names the ServiceAccounts that would get no credentials: %s",
    async (option) => {
      const run = await manifests(`${argv}${option} --terraform-output -`, {
        input: terraformOutput(),
      });
      expect(run).toMatchObject({ status: 1, stdout: "" });
      expect(run.stderr).toMatch(
        /would get no credentials: kube-system\/ebs-csi-controller-sa; move/,
      );
    },
  );

  it("names none elsewhere", async () => {
    const entry = { RoleARN: roleArn };
    const input = JSON.stringify({ "shop/app": entry });
    expect((await manifests(`${argv} --webhook-map`, { input })).status).toBe(0);
  });
});

const hasKubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;
const withKubectl = hasKubectl || process.env.E2E === "required" ? test : test.skip;

describe("ServiceAccounts", () => {
  it("come from the one output that is needed", async () => {
    const all = await manifests("service-accounts", { input: terraformOutput() });
    const one = await manifests("service-accounts", {
      input: JSON.stringify(values.service_accounts),
    });
    expect(one).toMatchObject({ status: 0, stdout: all.stdout });
  });

  it("have the audience that their role trusts", async () => {
    const account = { namespace: "a", name: "b", role_arn: roleArn, audience: "oidc.example.org" };
    const input = JSON.stringify([account]);
    const annotations = async (option: string) => {
      const [read_] = read((await manifests(`service-accounts${option}`, { input })).stdout);
      return (read_?.metadata as { annotations: Record<string, string> }).annotations;
    };
    expect((await annotations(""))["eks.amazonaws.com/audience"]).toBe("oidc.example.org");
    expect((await annotations(" --audience c"))["eks.amazonaws.com/audience"]).toBe("c");
  });

  it("of charts are named with the values to set instead", async () => {
    const account = { namespace: "a", name: "external-dns", role_arn: roleArn };
    const { status, stderr } = await manifests("service-accounts", {
      input: JSON.stringify([account, { ...account, name: "own" }]),
    });
    expect(status).toBe(0);
    expect(stderr).toContain(
      `a/external-dns (external-dns): serviceAccount.annotations: { eks.amazonaws.com/role-arn: ${roleArn} }`,
    );
    expect(stderr).not.toContain("a/own");
  });

  it("are a List as JSON", async () => {
    const { stdout } = await manifests("service-accounts --json", { input: terraformOutput() });
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "List",
      items: [{ kind: "ServiceAccount" }, {}],
    });
  });

  it.each(["no", "yes", "on", "off", "y", "n", "true", "null", "0b11", "1e3", "0o7", "12"])(
    "named %s are strings to readers of YAML 1.1 and 1.2",
    async (name) => {
      const argv = `service-accounts --namespace ${name} --service-account-name ${name} --role-arn ${roleArn}`;
      const { stdout } = await manifests(argv);
      for (const version of ["1.1", "1.2"] as const) {
        const { metadata } = parse(stdout, { version }) as Record<string, unknown>;
        expect(metadata).toMatchObject({ name, namespace: name });
      }
    },
  );

  withKubectl("and every other manifest are what kubectl reads (needs kubectl)", async () => {
    const account = { namespace: "no", name: "y", role_arn: roleArn };
    const input = JSON.stringify([account, { ...account, name: "0b11" }]);
    const smoke = `smoke-test --region eu-west-1 --role-arn ${roleArn} --namespace on`;
    const texts = [
      (await manifests("service-accounts", { input })).stdout,
      (await manifests("service-accounts --json", { input })).stdout,
      (await manifests(smoke)).stdout,
    ];
    for (const text of texts) {
      const argv = ["annotate", "--local", "-f", "-", "a=b", "-o", "name"];
      const { status, stderr } = spawnSync("kubectl", argv, { input: text, encoding: "utf8" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    }
  });

  it("with several roles get none, in the smoke test as well", async () => {
    const account = { namespace: "a", name: "b", role_arn: roleArn };
    const input = JSON.stringify([account, { ...account, role_arn: `${roleArn}2` }]);
    const smoke = "smoke-test --region eu-west-1 --namespace a --service-account-name b";
    for (const argv of ["service-accounts", smoke]) {
      expect(await manifests(argv, { input })).toMatchObject({
        status: 1,
        stderr:
          "Terraform's output service_accounts has several roles for a/b, whose pods assume one\n",
      });
    }
  });
});

describe("the answers of the smoke test", () => {
  it("are printed when asked for", async () => {
    const { status, stdout, stderr } = await manifests("smoke-test --explain");
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: formatSmokeTestAnswers(),
      stderr: "",
    });
  });

  it("explain a log", async () => {
    const input = "An error occurred (InvalidIdentityToken): Incorrect token audience";
    const { stdout } = await manifests("smoke-test --explain", { input });
    expect(stdout).toMatch(
      /^error: The token's audience .*, got "Incorrect token audience" \(IRSA-ANSWER-AUDIENCE\)\n {2}Make/,
    );
    expect(stdout.split("\n")).toHaveLength(3);
    const both = `"Arn": "arn:aws:sts::1:assumed-role/a/b"\nAn error occurred (NoSuchBucket)`;
    const { stdout: two } = await manifests("smoke-test --explain", { input: both });
    expect(two.match(/^(error|info): .*\)$/gm)).toEqual([
      expect.stringMatching(/^error: .*IRSA-ANSWER-NO-BUCKET/),
      expect.stringMatching(/^info: .*IRSA-ANSWER-ASSUMED/),
    ]);
    const unknown = await manifests("smoke-test --explain", { input: "something else" });
    expect(unknown.stdout).toMatch(/^The log contains no known answer\. These are known:\n\n/);
  });

  it("are a list as JSON: all, those of a log, or none", async () => {
    const explained = async (input: string) =>
      JSON.parse((await manifests("smoke-test --explain --json", { input })).stdout) as object[];
    expect(await explained("")).toEqual(smokeTestAnswers);
    expect(await explained("NoSuchBucket")).toMatchObject([
      { code: "IRSA-ANSWER-NO-BUCKET", severity: "error", actual: "NoSuchBucket" },
    ]);
    expect(await explained("something else")).toEqual([]);
  });
});
