import { Token } from "cdktf/lib/tokens";
import {
  checkEach,
  checkRange,
  checkText,
  checkUnique,
  cidrRules,
  domainNameRules,
  formatPath,
  instanceTypeRules,
  labelKeyRules,
  labelValueRules,
  loadBalancerNameRules,
  machineNameRules,
  namesMachineImages,
  type Path,
  subnetIdRules,
  taintValueRules,
  amiIdRules,
  under,
  type Violation,
  vpcIdRules,
} from "../../validation";
import {
  type ExistingIssuerProps,
  findSigningKey,
  type IrsaIssuer,
  type IrsaIssuerProps,
} from "../../issuer";
import { talosViolations } from "../machine-config-patch";
import type { TalosAwsProps, TalosClusterSettings, TalosMachinesProps } from "./props";

/** Whether the machines of a cluster are made or configured here. */
export function makesMachines({ aws, nodes }: Partial<TalosMachinesProps>): boolean {
  return aws !== undefined || nodes !== undefined;
}

const machineProperties = [
  ...["kubernetesVersion", "externalWorkers", "allowSchedulingOnControlPlanes", "domain"],
  ...["cni", "kubeSpan", "installImage", "patches"],
] as const;

const talosVersionRules = [
  {
    pattern: "^v?1[.]1[23][.][0-9]+$",
    must: "be a whole version of Talos 1.12 or 1.13, such as 1.13.2: machines get its image, and a configuration that the Talos provider 0.11 makes",
  },
];

const kubernetesVersionRules = [
  {
    pattern: "^v?1[.][0-9]+[.][0-9]+$",
    must: "be a whole version of Kubernetes, such as 1.34.1",
  },
];

/** The size of root disks in GiB, at least what Talos needs. */
export const diskSizeRule = { least: 10, greatest: 16_384 };

/** Hops of answers of the instance metadata service. */
export const metadataHopLimitRule = { least: 1, greatest: 64 };

/** How many machines a group of workers has. */
export const workerCountRule = { least: 0, greatest: 500 };

/** What is wrong with the machines of a cluster, at paths that begin with `talos`. */
export function machinesViolations(
  settings: Partial<TalosClusterSettings>,
  region: string,
): Violation[] {
  if (!makesMachines(settings)) {
    return machineProperties
      .filter((name) => settings[name] !== undefined)
      .map((name) => ({
        path: ["talos", name],
        rule: "must be left out without {talos.aws} or {talos.nodes}: no machine is made or configured",
      }));
  }
  const { version = "", kubernetesVersion, aws, nodes, externalWorkers = [], domain } = settings;
  return under(
    ["talos"],
    [
      ...checkText(["version"], version, talosVersionRules),
      ...(kubernetesVersion === undefined
        ? []
        : checkText(["kubernetesVersion"], kubernetesVersion, kubernetesVersionRules)),
      ...(domain === undefined ? [] : checkText(["domain"], domain, domainNameRules)),
      ...(settings.form === undefined || settings.form === "string"
        ? []
        : [
            {
              path: ["form"],
              rule: 'must be "string" for machines that Terraform configures: the Talos provider 0.11 loads no other',
            },
          ]),
      ...(settings.acceptedIssuers === undefined || settings.acceptedIssuers.length === 0
        ? []
        : [
            {
              path: ["acceptedIssuers"],
              rule: "must be left out for machines that Terraform configures: the Talos provider 0.11 loads one issuer",
            },
          ]),
      ...(aws !== undefined && nodes !== undefined
        ? [{ path: ["nodes"], rule: "must be left out with {talos.aws}" }]
        : []),
      ...(aws === undefined ? [] : under(["aws"], awsViolations(aws, settings, region))),
      ...(nodes === undefined ? [] : nodesViolations(settings)),
      ...externalWorkers.flatMap((worker, index) =>
        under(["externalWorkers", index], machineViolations(worker)),
      ),
      ...nameViolations(settings),
    ],
  );
}

/** What is wrong with the props of a `TalosCluster`. */
export function talosClusterViolations(
  props: TalosClusterSettings & { readonly region: string; readonly issuer: IrsaIssuer },
): Violation[] {
  const { region, issuer } = props;
  return [
    ...[...talosViolations(props), ...machinesViolations(props, region)].map((violation) => ({
      ...violation,
      path: violation.path.slice(1),
      rule: violation.rule.replaceAll("{talos.", "{"),
    })),
    ...(makesMachines(props) ? [] : [{ path: ["aws"], rule: "or {nodes} is required" }]),
    ...(issuer.secretVersionId === undefined
      ? [{ path: ["issuer"], rule: `must ${keyMustBeKept}` }]
      : []),
  ];
}

const keyMustBeKept =
  "be in Secrets Manager alone, so that no secret of the cluster is in the state";

/** A cluster with an issuer and roles, as a stack makes it. */
export interface ClusterOfStack {
  readonly name: string;
  readonly talos?: Partial<TalosClusterSettings>;
  readonly issuer: IrsaIssuerProps | ExistingIssuerProps;
  readonly serviceAccountRoles?: readonly {
    readonly policies?: readonly { readonly name: string }[];
  }[];
}

/** What does not go together in a cluster whose machines are made or configured here. */
export function clusterOfStackViolations(cluster: ClusterOfStack): Violation[] {
  const { name, talos, issuer, serviceAccountRoles = [] } = cluster;
  if (talos === undefined || !makesMachines(talos)) return [];
  const { aws, externalWorkers = [] } = talos;
  return [
    ...(aws === undefined || talos.controlPlaneEndpoint !== undefined
      ? []
      : checkText(["name"], name, loadBalancerNameRules)),
    ...issuerOfMachinesViolations(issuer),
    ...serviceAccountRoles.flatMap(({ policies = [] }, role) =>
      policies.flatMap(({ name: policy }, index) =>
        externalWorkers.length > 0 && policy === "aws-cloud-controller-manager"
          ? [
              {
                path: ["serviceAccountRoles", role, "policies", index],
                rule: "must not be aws-cloud-controller-manager with {talos.externalWorkers}: it deletes nodes that it does not find in EC2",
              },
            ]
          : [],
      ),
    ),
  ];
}

function issuerOfMachinesViolations(issuer: IrsaIssuerProps | ExistingIssuerProps): Violation[] {
  if (!("hosting" in issuer)) {
    const rule =
      "must not be existing with {talos.aws} or {talos.nodes}: the machines get a signing key that is made or read here";
    return [{ path: ["hosting"], rule }];
  }
  const { keys = [], signingKey } = issuer;
  const source = findSigningKey(keys, signingKey)?.source;
  if (source === "secrets-manager" || source === "existing-secret") return [];
  return [
    {
      path: ["keys"],
      rule: `must have a signing key that is in Secrets Manager alone (keptIn: secrets-manager, or secretId) with {talos.aws} or {talos.nodes}: no secret of the cluster is in the state`,
    },
  ];
}

function awsViolations(
  aws: TalosAwsProps,
  { controlPlaneEndpoint, externalWorkers = [] }: Partial<TalosClusterSettings>,
  region: string,
): Violation[] {
  const { controlPlane = {}, workerGroups = [], endpoint } = aws;
  const { count = 3 } = controlPlane;
  return [
    ...checkText(["vpcId"], aws.vpcId, vpcIdRules),
    ...subnetViolations(["subnetIds"], aws.subnetIds),
    ...(aws.amiId === undefined
      ? namesMachineImages(region)
        ? []
        : [
            {
              path: ["amiId"],
              rule: `is required in ${region}: the account of Sidero Labs' images is known in the partition aws alone`,
            },
          ]
      : checkText(["amiId"], aws.amiId, amiIdRules)),
    ...checkEach(["managementCidrs"], aws.managementCidrs, cidrRules),
    ...checkUnique(["managementCidrs"], aws.managementCidrs),
    ...checkRange(["metadataHopLimit"], aws.metadataHopLimit, metadataHopLimitRule),
    ...(aws.externalCloudProvider === true && externalWorkers.length > 0
      ? [
          {
            path: ["externalCloudProvider"],
            rule: "must not be true with {talos.externalWorkers}: the AWS cloud controller deletes nodes that it does not find in EC2",
          },
        ]
      : []),
    ...(endpoint !== undefined && controlPlaneEndpoint !== undefined
      ? [{ path: ["endpoint"], rule: "must be left out with {talos.controlPlaneEndpoint}" }]
      : under(
          ["endpoint"],
          [
            ...subnetViolations(["subnetIds"], endpoint?.subnetIds),
            ...checkEach(["allowedCidrs"], endpoint?.allowedCidrs, cidrRules),
            ...checkUnique(["allowedCidrs"], endpoint?.allowedCidrs),
          ],
        )),
    ...([1, 3, 5].includes(count)
      ? []
      : [{ path: ["controlPlane", "count"], rule: "must be 1, 3 or 5", given: count }]),
    ...under(["controlPlane"], sizeViolations(controlPlane)),
    ...workerGroups.flatMap((group, index) =>
      under(
        ["workerGroups", index],
        [
          ...machineViolations(group),
          ...sizeViolations(group),
          ...checkRange(["count"], group.count, workerCountRule),
          ...subnetViolations(["subnetIds"], group.subnetIds),
        ],
      ),
    ),
  ];
}

function subnetViolations(path: Path, subnetIds: readonly string[] | undefined): Violation[] {
  if (subnetIds !== undefined && !Token.isUnresolved(subnetIds) && subnetIds.length === 0) {
    return [{ path, rule: "must name a subnet" }];
  }
  return [...checkEach(path, subnetIds, subnetIdRules), ...checkUnique(path, subnetIds)];
}

function sizeViolations(props: {
  readonly instanceType?: string;
  readonly diskSizeInGiB?: number;
}): Violation[] {
  const { instanceType, diskSizeInGiB } = props;
  return [
    ...(instanceType === undefined
      ? []
      : checkText(["instanceType"], instanceType, instanceTypeRules)),
    ...checkRange(["diskSizeInGiB"], diskSizeInGiB, diskSizeRule),
  ];
}

function nodesViolations({
  nodes = [],
  controlPlaneEndpoint,
}: Partial<TalosClusterSettings>): Violation[] {
  return [
    ...(controlPlaneEndpoint === undefined
      ? [{ path: ["controlPlaneEndpoint"], rule: "is required with {talos.nodes}" }]
      : []),
    ...(nodes.some(({ role }) => role === "controlplane")
      ? []
      : [{ path: ["nodes"], rule: "must have a machine with the role controlplane" }]),
    ...nodes.flatMap((node, index) => under(["nodes", index], machineViolations(node))),
  ];
}

function machineViolations(machine: {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: Readonly<Record<string, string>>;
}): Violation[] {
  const { name, labels = {}, taints = {} } = machine;
  return [
    ...checkText(["name"], name, machineNameRules),
    ...Object.entries(labels).flatMap(([key, value]) => [
      ...checkText(["labels", key], key, labelKeyRules).map(aboutKey),
      ...checkText(["labels", key], value, labelValueRules),
    ]),
    ...Object.entries(taints).flatMap(([key, value]) => [
      ...checkText(["taints", key], key, labelKeyRules).map(aboutKey),
      ...checkText(["taints", key], value, taintValueRules),
    ]),
  ];
}

function aboutKey(violation: Violation): Violation {
  return { ...violation, isAboutKey: true };
}

/** Two machines of one name would be one Terraform resource. */
function nameViolations(settings: Partial<TalosClusterSettings>): Violation[] {
  const { aws, nodes = [], externalWorkers = [] } = settings;
  const taken = new Set(["control_plane", "worker"]);
  const named = [
    ...controlPlaneNames(aws).map((name) => ({ name, path: ["aws", "controlPlane", "count"] })),
    ...(aws?.workerGroups ?? []).flatMap((group, index) =>
      numbered(group.name, group.count).map((name) => ({
        name,
        path: ["aws", "workerGroups", index, "name"],
      })),
    ),
    ...nodes.map(({ name }, index) => ({ name, path: ["nodes", index, "name"] })),
    ...externalWorkers.map(({ name }, index) => ({
      name,
      path: ["externalWorkers", index, "name"],
    })),
  ];
  const places = new Set<string>();
  return named.flatMap(({ name, path }) => {
    const identifier = name.replaceAll("-", "_");
    const place = formatPath(path);
    if (!taken.has(identifier)) {
      taken.add(identifier);
      return [];
    }
    if (places.has(place)) return [];
    places.add(place);
    return [{ path, rule: `must not name a second machine ${name}` }];
  });
}

function controlPlaneNames(aws: TalosAwsProps | undefined): string[] {
  return aws === undefined ? [] : numbered("control-plane", aws.controlPlane?.count ?? 3);
}

function numbered(name: string, count: number): string[] {
  const size = Math.min(Math.max(count, 0), workerCountRule.greatest);
  return Array.from({ length: Math.trunc(size) || 0 }, (_, index) => `${name}-${index + 1}`);
}
