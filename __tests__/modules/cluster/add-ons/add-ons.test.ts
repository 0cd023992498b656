import { parseAllDocuments } from "yaml";
import {
  buildArgoCdApplications,
  buildCertManagerRelease,
  buildCloudControllerManagerRelease,
  buildEbsCsiDriverRelease,
  certManagerChart,
  chain,
  type CloudControllerManagerProps,
  type EbsCsiDriverProps,
  failurePolicyConsequence,
  buildFluxManifests,
  formatHelmCommands,
  buildPodIdentityWebhookRelease,
  podIdentityWebhookChart,
  type PodIdentityWebhookProps,
  type Release,
  formatYaml,
  nameValuesFile,
  outsideAwsLabels,
} from "../../../../modules/cluster";
import chartMembers from "./chart-members.json";
import { expectGolden } from "../golden";
import { schemaViolations } from "../schema-violations";
import { violationsOf } from "../violations-of";

const region = "eu-central-1";
const roleArn = "arn:aws:iam::111122223333:role/ebs-csi";
const storage = { namespace: "storage", serviceAccountName: "ebs-csi-controller-sa", roleArn };
const cloudController = { region, roleArn, clusterName: "prod" };
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
  ["cloud-controller-manager", buildCloudControllerManagerRelease(cloudController)],
  ["ebs-csi-driver", buildEbsCsiDriverRelease({ region, roleArn })],
  [
    "ebs-csi-driver-without-webhook",
    buildEbsCsiDriverRelease({ region, roleArn, webhook: false, metadataSource: "kubernetes" }),
  ],
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

describe("the EBS CSI driver", () => {
  const valuesOf = (props: Partial<EbsCsiDriverProps> = {}) =>
    buildEbsCsiDriverRelease({ region, roleArn, ...props }).values as unknown as EbsValues;

  it("keeps node pods from machines outside AWS", () => {
    const { nodeSelectorTerms } =
      valuesOf().node.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    const [[key, value]] = Object.entries(outsideAwsLabels) as [[string, string]];
    const terms = nodeSelectorTerms.map(({ matchExpressions }) => matchExpressions);
    expect(terms).toEqual([[expect.objectContaining({ key, operator: "NotIn" })]]);
    expect(terms[0]?.[0]?.values).toContain(value);
  });

  it("asks for its instance where a hop limit of 1 does not shut it out", () => {
    expect(valuesOf().node).toMatchObject({ metadataSources: "imds", hostNetwork: true });
    const { node } = valuesOf({ metadataSource: "kubernetes" });
    expect(node).toMatchObject({ metadataSources: "kubernetes", hostNetwork: false });
  });

  it("has its role by annotation, or its token written out where the webhook does not look", () => {
    const annotated = valuesOf({ annotationPrefix: "irsa.example.com" }).controller;
    expect(annotated.serviceAccount.annotations).toEqual({ "irsa.example.com/role-arn": roleArn });
    expect(annotated.env).toBeUndefined();
    const { serviceAccount, env } = valuesOf({ webhook: false }).controller;
    expect(serviceAccount.annotations).toEqual({});
    expect(env).toContainEqual({ name: "AWS_ROLE_ARN", value: roleArn });
    expect(env?.map(({ name }) => name)).not.toContain("AWS_REGION");
  });

  it.each<[string, Partial<EbsCsiDriverProps>, RegExp]>([
    ["a role's name", { roleArn: "ebs-csi" }, /roleArn must be/],
    ["no such region", { region: "eu-west-9" }, /must be a known AWS region/],
    ["no replica", { replicaCount: 0 }, /replicaCount must be/],
    ["a prefix with a slash", { annotationPrefix: "a.b/" }, /annotationPrefix must be/],
  ])("is refused with %s", async (_, props, sentence) => {
    const call = (): Release => buildEbsCsiDriverRelease({ region, roleArn, ...props });
    expect(await violationsOf(call)).toEqual([expect.stringMatching(sentence)]);
  });
});

describe("the AWS cloud controller manager", () => {
  it("needs neither webhook nor network of pods", () => {
    const values = buildCloudControllerManagerRelease(cloudController).values as {
      env: unknown;
      args: readonly string[];
      tolerations: { key: string }[];
    };
    expect(values).toMatchObject({ hostNetworking: true });
    expect(values.args).toEqual(
      expect.arrayContaining(["--cluster-name=prod", "--configure-cloud-routes=false"]),
    );
    expect(values.env).toContainEqual({ name: "AWS_ROLE_ARN", value: roleArn });
    expect(values.tolerations.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        "node.cloudprovider.kubernetes.io/uninitialized",
        "node.kubernetes.io/not-ready",
        "node-role.kubernetes.io/control-plane",
      ]),
    );
  });

  it.each<[string, Partial<CloudControllerManagerProps>, RegExp]>([
    ["no name of a cluster", { clusterName: "" }, /clusterName must/],
    ["a lifetime of 60", { tokenExpiration: 60 }, /tokenExpiration must be/],
  ])("is refused with %s", async (_, props, sentence) => {
    const call = (): Release =>
      buildCloudControllerManagerRelease({ ...cloudController, ...props });
    expect(await violationsOf(call)).toEqual([expect.stringMatching(sentence)]);
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

  it("install a chain in its order, whatever the order of the list", () => {
    const chained = chain([
      buildCloudControllerManagerRelease(cloudController),
      ...both.toReversed(),
      buildEbsCsiDriverRelease({ region, roleArn }),
    ]);
    const names = ["aws-cloud-controller-manager", "cert-manager", podIdentityWebhookChart.name];
    const installed = formatHelmCommands(chained.toReversed()).matchAll(/--install (\S+)/g);
    expect([...installed].map(([, name]) => name)).toEqual([...names, "aws-ebs-csi-driver"]);
    const needs = (buildFluxManifests(chained) as FluxObject[])
      .filter(({ kind }) => kind === "HelmRelease")
      .map(({ spec }) => spec.dependsOn?.map(({ name }) => name));
    expect(needs).toEqual([undefined, ...names.map((name) => [name])]);
  });

  it("install one release without the one it depends on", () => {
    const [webhook] = both;
    const manifests = buildFluxManifests(webhook === undefined ? [] : [webhook]);
    expect(JSON.stringify(manifests)).not.toContain("dependsOn");
  });
});

interface FluxObject {
  readonly kind: string;
  readonly spec: { readonly dependsOn?: readonly { readonly name: string }[] };
}

interface EbsValues {
  readonly controller: {
    readonly serviceAccount: { readonly annotations: object };
    readonly env?: readonly { readonly name: string }[];
  };
  readonly node: {
    readonly affinity: {
      readonly nodeAffinity: {
        readonly requiredDuringSchedulingIgnoredDuringExecution: {
          readonly nodeSelectorTerms: readonly {
            readonly matchExpressions: readonly { readonly values: readonly string[] }[];
          }[];
        };
      };
    };
  };
}

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
