import { z } from "zod";
import { diskSizeRule, metadataHopLimitRule, workerCountRule } from "../modules/talos";
import {
  amiIdRules,
  audienceRules,
  cidrRules,
  controlPlaneEndpointRules,
  domainNameRules,
  instanceTypeRules,
  labelKeyRules,
  labelValueRules,
  machineNameRules,
  rangeSchema,
  stringSchema,
  subnetIdRules,
  taintValueRules,
  vpcIdRules,
} from "../modules/validation";
import { apiServer } from "./distribution-schema";
import { choice, flag, optionalText, optionalTexts, range, text, texts } from "./properties";

const labels = z
  .record(
    z.string().meta(stringSchema(labelKeyRules)),
    z.string().meta(stringSchema(labelValueRules)),
  )
  .optional()
  .meta({ description: "Labels of the Kubernetes node. Default: none." });

const taints = z
  .record(
    z.string().meta(stringSchema(labelKeyRules)),
    z.string().meta(stringSchema(taintValueRules)),
  )
  .optional()
  .meta({ description: "Taints of the Kubernetes node: key to VALUE:EFFECT. Default: none." });

/** What a machine outside AWS says besides its name and address. */
const machine = {
  installDisk: optionalText("The disk to which Talos is installed. Default: /dev/sda."),
  labels,
  taints,
};

const size = {
  instanceType: optionalText(
    "The instance type. Default: m7i.large, or m7g.large for arm64.",
    instanceTypeRules,
  ),
  diskSizeInGiB: range("Size of the root disk in GiB.", diskSizeRule, 100),
};

const workerGroup = z
  .strictObject({
    name: text("Names the machines and their Terraform resources.", machineNameRules),
    count: z.number().meta({ description: "How many.", ...rangeSchema(workerCountRule) }),
    ...size,
    subnetIds: optionalTexts("Subnets. Default: those of the cluster.", subnetIdRules, {
      minItems: 1,
    }),
    labels,
    taints,
  })
  .meta({ description: "Workers that are alike." });

const aws = z
  .strictObject({
    vpcId: text("The VPC.", vpcIdRules),
    subnetIds: texts("Subnets, over which machines are spread in order.", subnetIdRules, {
      minItems: 1,
    }),
    architecture: choice("The processors' architecture.", ["amd64", "arm64"], "amd64"),
    amiId: optionalText(
      "The machines' image. Default: Sidero Labs' image of the Talos version.",
      amiIdRules,
    ),
    publicAddresses: flag("Machines have public addresses, by which Terraform reaches them."),
    managementCidrs: optionalTexts(
      "Who may reach the Talos API besides the machines: whoever runs Terraform and talosctl. Default: the VPC.",
      cidrRules,
    ),
    metadataHopLimit: range(
      "Network hops that answers of the instance metadata service survive; 2 lets pods read it.",
      metadataHopLimitRule,
      1,
    ),
    externalCloudProvider: flag(
      "Nodes wait for the AWS cloud controller manager, which must be installed then.",
    ),
    endpoint: z
      .strictObject({
        internal: flag("The load balancer has private addresses only.", true),
        subnetIds: optionalTexts("Subnets. Default: those of the cluster.", subnetIdRules, {
          minItems: 1,
        }),
        allowedCidrs: optionalTexts(
          "Who may reach the Kubernetes API besides the machines. Default: the VPC.",
          cidrRules,
        ),
      })
      .optional()
      .meta({
        description:
          "The load balancer of the Kubernetes API; none with controlPlaneEndpoint. Default: an internal one.",
      }),
    controlPlane: z
      .strictObject({
        count: z
          .number()
          .optional()
          .meta({ description: "How many: 1, 3 or 5. Default: 3.", enum: [1, 3, 5], default: 3 }),
        ...size,
      })
      .optional()
      .meta({ description: "The machines of the control plane. Default: three." }),
    workerGroups: z
      .array(workerGroup)
      .optional()
      .meta({ description: "Groups of workers. Default: none." }),
  })
  .optional()
  .meta({ description: "Makes the cluster's machines in AWS. Default: none are made." });

const node = z
  .strictObject({
    name: text("The machine's name; names its Terraform resources.", machineNameRules),
    address: text("Its address, where Talos listens."),
    role: z
      .enum(["controlplane", "worker"])
      .meta({ description: "What the machine is in the cluster." }),
    ...machine,
  })
  .meta({ description: "A machine that exists." });

const externalWorker = z
  .strictObject({
    name: text("The worker's name; names its Terraform resources.", machineNameRules),
    address: optionalText(
      "Its address, if Terraform reaches it. Default: its machine configuration is put into a secret.",
    ),
    ...machine,
  })
  .meta({ description: "A worker outside AWS." });

/** How a Talos cluster is patched, and, with `aws` or `nodes`, what it is made of. */
export const talosSchema = z
  .strictObject({
    version: text(
      'The Talos that runs on the control plane, such as "1.13" (in quotes); with aws or nodes a whole version, such as "1.13.2".',
    ),
    generatedBy: optionalText(
      "The Talos that generated the machine configuration. Default: version.",
    ),
    form: choice(
      "Form of the patch, for a Talos that is not known here yet. Default: follows from the versions.",
      ["string", "list", "document"],
    ),
    acceptedIssuers: apiServer.acceptedIssuers,
    controlPlaneEndpoint: optionalText(
      "The control plane's URL, such as https://10.0.0.1:6443; needed in the form document, and with nodes. Default: none.",
      controlPlaneEndpointRules,
    ),
    publishedJwksUri: apiServer.publishedJwksUri,
    apiAudiences: optionalTexts(
      "Audiences of the Kubernetes API besides the control-plane endpoint. Default: none.",
      audienceRules,
    ),
    extraApiServerArgs: apiServer.extraApiServerArgs,
    kubernetesVersion: optionalText(
      'The Kubernetes version of a new cluster, such as "1.34.1". Default: the newest that the Talos provider knows.',
    ),
    aws,
    nodes: z.array(node).optional().meta({
      description:
        "Machines that exist, to which Terraform gives their configuration; not with aws. Default: none.",
      minItems: 1,
    }),
    externalWorkers: z
      .array(externalWorker)
      .optional()
      .meta({ description: "Workers outside AWS, besides aws or nodes. Default: none." }),
    allowSchedulingOnControlPlanes: flag("Pods run on the control plane, too."),
    domain: optionalText("Domain of the machines' host names. Default: none.", domainNameRules),
    cni: choice(
      "The network of pods: flannel, or none for one that is installed later, such as Cilium.",
      ["flannel", "none"],
      "flannel",
    ),
    kubeSpan: z.boolean().optional().meta({
      description:
        "Machines are connected by KubeSpan (WireGuard). Default: true with externalWorkers.",
    }),
    installImage: optionalText(
      "The image that Talos is installed from. Default: Sidero Labs' installer of the version.",
    ),
    patchFiles: optionalTexts(
      "Files with patches of machine configurations (YAML), merged last, relative to this file. Terraform's state keeps them. Default: none.",
    ),
  })
  .optional()
  .meta({
    description:
      "The machine-config patch of a Talos cluster; with aws or nodes, its machines. Default: a patch that any Talos up to 1.13 reads.",
  });
