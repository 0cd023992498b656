import { parseAllDocuments } from "yaml";
import {
  buildArgoCdApplications,
  buildCertManagerRelease,
  certManagerChart,
  failurePolicyConsequence,
  buildFluxManifests,
  formatHelmCommands,
  buildPodIdentityWebhookRelease,
  podIdentityWebhookChart,
  type PodIdentityWebhookProps,
  type Release,
  formatYaml,
  nameValuesFile,
} from "../../../../modules/cluster";
import chartMembers from "./chart-members.json";
import { expectGolden } from "../golden";
import { schemaViolations } from "../schema-violations";
import { violationsOf } from "../violations-of";

const region = "eu-central-1";
const roleArn = "arn:aws:iam::111122223333:role/ebs-csi";
const storage = { namespace: "storage", serviceAccountName: "ebs-csi-controller-sa", roleArn };
const cert = buildCertManagerRelease();
const failing: PodIdentityWebhookProps = {
  region: "cn-north-1",
  audience: "sts.example.com",
  stsRegionalEndpoint: false,
  tokenExpiration: 3600,
  failurePolicy: "Fail",
  namespace: "irsa",
  certManager: buildCertManagerRelease({ namespace: "pki" }),
  replicaCount: 3,
  podDisruptionBudget: { minAvailable: 2 },
  annotationPrefix: "irsa.example.com",
  roleBindings: [storage, { ...storage, namespace: "backup", tokenExpiration: 600 }],
};
const releases: [string, Release][] = [
  ["webhook", buildPodIdentityWebhookRelease({ region, certManager: cert })],
  ["webhook-failing", buildPodIdentityWebhookRelease(failing)],
  ["webhook-one-replica", buildPodIdentityWebhookRelease({ region, replicaCount: 1 })],
  ["cert-manager", cert],
  ["cert-manager-one-replica", buildCertManagerRelease({ replicaCount: 1 })],
];

describe("Helm values", () => {
  it.each(releases)("are the golden file add-ons/%s-values.yaml", (name, { values, comments }) => {
    expectGolden(`add-ons/${name}-values.yaml`, formatYaml(values, comments));
  });

  it.each(releases)("have members of the pinned chart alone: %s", (_, { chart, values }) => {
    const known = Object.entries(chartMembers).find(([name]) => name === chart.name)?.[1];
    expect(known?.version).toBe(chart.version);
    expect(strangers(values, known?.members ?? {})).toEqual([]);
  });

  it("have no other member unnoticed", () => {
    const { members } = chartMembers["amazon-eks-pod-identity-webhook"];
    expect(strangers({ config: { region, tokenExpiration: "60" } }, members)).toEqual([
      "config.region",
      "config.tokenExpiration: string",
    ]);
  });

  it.each(["Ignore", "Fail"] as const)("tell the consequence of %s", (failurePolicy) => {
    const { values, comments } = buildPodIdentityWebhookRelease({ region, failurePolicy });
    const comment = formatYaml(values, comments).replaceAll(/\n *# /g, " ");
    expect(comment).toContain(failurePolicyConsequence[failurePolicy]);
  });

  it("keep what boots the webhook from waiting for it, under Fail", () => {
    expect(selected(buildPodIdentityWebhookRelease(failing))).toEqual({
      matchExpressions: [
        {
          key: "kubernetes.io/metadata.name",
          operator: "NotIn",
          values: ["irsa", "kube-system", "pki"],
        },
      ],
    });
  });

  it("take a region on purpose that is newer than this release", () => {
    const release = buildPodIdentityWebhookRelease({
      region: "eu-west-9",
      skipRegionValidation: true,
    });
    expect(release.values).toMatchObject({ config: { defaultAwsRegion: "eu-west-9" } });
  });

  it("leave kube-system its credentials, under Ignore", () => {
    expect(selected(buildPodIdentityWebhookRelease({ region }))).toEqual({});
  });

  it.each<[string, object, RegExp]>([
    ["no region", { region: "" }, /region must be an AWS region/],
    ["a region left out", {}, /region must be an AWS region.*got nothing/],
    ["an availability zone", { region: "eu-central-1a" }, /region must be an AWS region/],
    ["a region that does not exist", { region: "eu-west-9" }, /must be a known AWS region/],
    ["a lifetime of 60", { region, tokenExpiration: 60 }, /from 600 to 86400, got 60/],
    ["a lifetime of 86401", { region, tokenExpiration: 86_401 }, /from 600 to 86400/],
    ["half a second", { region, tokenExpiration: 600.5 }, /a whole number from 600 to 86400/],
    ["an unknown policy", { region, failurePolicy: "fail" }, /be Ignore or Fail/],
    ["a namespace with capitals", { region, namespace: "IRSA" }, /namespace must be a DNS label/],
    ["no replica", { region, replicaCount: 0 }, /replicaCount must be/],
    [
      "a budget for one replica",
      { region, replicaCount: 1, podDisruptionBudget: { minAvailable: 1 } },
      /must be left out with one replica/,
    ],
    [
      "a budget that lets nothing go",
      { region, podDisruptionBudget: { minAvailable: 2 } },
      /less than replicaCount \(2\)/,
    ],
    ["a prefix with a slash", { region, annotationPrefix: "a.b/" }, /annotationPrefix must be/],
    [
      "an audience with a comma",
      { region, audience: "a,b" },
      /audience must contain only printable ASCII/,
    ],
    [
      "kube-system behind a failing webhook",
      {
        region,
        failurePolicy: "Fail",
        excludedNamespaces: ["cert-manager", "pod-identity-webhook"],
      },
      /must contain kube-system under the failure policy Fail/,
    ],
    [
      "a role where the webhook does not look",
      { region, failurePolicy: "Fail", roleBindings: [{ ...storage, namespace: "kube-system" }] },
      /roleBindings\[0\]\.namespace must not be one of excludedNamespaces .*kube-system\/ebs-csi-controller-sa would get no credentials/,
    ],
    [
      "a ServiceAccount twice",
      { region, roleBindings: [storage, storage] },
      /roleBindings\[1\] must not repeat/,
    ],
  ])("are refused with %s", async (_, props, sentence) => {
    const call = (): Release => buildPodIdentityWebhookRelease(props as PodIdentityWebhookProps);
    expect(await violationsOf(call)).toEqual([expect.stringMatching(sentence)]);
  });

  it("of cert-manager are refused with everything that is wrong", async () => {
    expect(
      await violationsOf(() => buildCertManagerRelease({ namespace: "Cert", replicaCount: -1 })),
    ).toHaveLength(2);
  });
});

describe("ways to install", () => {
  const both = [buildPodIdentityWebhookRelease({ region, certManager: cert }), cert];

  it("are commands of the Helm CLI, cert-manager first", () => {
    const commands = formatHelmCommands(both);
    expectGolden("add-ons/helm.sh", commands);
    expect(commands.indexOf(certManagerChart.version)).toBeLessThan(
      commands.indexOf(podIdentityWebhookChart.version),
    );
    for (const release of both) expect(commands).toContain(nameValuesFile(release));
  });

  it.each([
    ["flux", buildFluxManifests(both)],
    ["argo-cd", buildArgoCdApplications(both)],
  ])("are manifests that their API takes: %s", (name, manifests) => {
    const text = formatYaml(manifests);
    expectGolden(`add-ons/${name}.yaml`, text);
    const read = parseAllDocuments(text).map((document) => document.toJS() as object);
    expect(schemaViolations(read)).toEqual(manifests.map(() => []));
  });

  it("install one release without the one it depends on", () => {
    const [webhook] = both;
    const manifests = buildFluxManifests(webhook === undefined ? [] : [webhook]);
    expect(JSON.stringify(manifests)).not.toContain("dependsOn");
  });
});

function selected({ values }: Release): unknown {
  return (values as { mutatingWebhook: { namespaceSelector: unknown } }).mutatingWebhook
    .namespaceSelector;
}

/** Paths of values that a chart does not know, or knows as something else. */
function strangers(values: object, members: Readonly<Record<string, string>>, at = ""): string[] {
  return Object.entries(values).flatMap(([key, value]: [string, unknown]) => {
    const path = at === "" ? key : `${at}.${key}`;
    const type = members[path];
    if (type === undefined) return [path];
    if (type === "open" || type === "any") return [];
    const given = Array.isArray(value) ? "array" : typeof value;
    const types = type.replace("integer", "number").split("|");
    if (!types.includes(given)) return [`${path}: ${given}`];
    return given === "object" ? strangers(value as object, members, path) : [];
  });
}
