import type { NameRule } from "../name-rule";
import { partitionOf } from "./regions";

/** @see {@link https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html Resource IDs} */
const resourceId = "(?:[0-9a-f]{8}|[0-9a-f]{17})";

/** IDs of VPCs. */
export const vpcIdRules: readonly NameRule[] = [
  { pattern: `^vpc-${resourceId}$`, must: "be the ID of a VPC, such as vpc-0a1b2c3d" },
];

/** IDs of subnets. */
export const subnetIdRules: readonly NameRule[] = [
  { pattern: `^subnet-${resourceId}$`, must: "be the ID of a subnet, such as subnet-0a1b2c3d" },
];

/** IDs of machine images. */
export const amiIdRules: readonly NameRule[] = [
  { pattern: `^ami-${resourceId}$`, must: "be the ID of an AMI, such as ami-0a1b2c3d" },
];

/** @see {@link https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html Instance type names} */
export const instanceTypeRules: readonly NameRule[] = [
  {
    pattern: "^[a-z][a-z0-9-]*[.][a-z0-9-]+$",
    must: "be an instance type, such as m7i.large",
  },
];

const octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

/** @see {@link https://www.rfc-editor.org/rfc/rfc4632 RFC 4632} for IPv4; IPv6 is checked by its characters */
export const cidrRules: readonly NameRule[] = [
  {
    pattern: `^(${octet}([.]${octet}){3}/(3[0-2]|[12]?[0-9])|[0-9a-f:]*:[0-9a-f:]*/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))$`,
    must: "be addresses in CIDR notation, such as 10.0.0.0/16",
  },
];

/** Names of machines: part of a host name and of Terraform addresses. */
export const machineNameRules: readonly NameRule[] = [
  {
    pattern: "^[a-z]([a-z0-9-]{0,55}[a-z0-9])?$",
    must: "be lower-case letters, digits and hyphens, begin with a letter, end with a letter or digit, and have at most 57 characters",
  },
];

const labelName = "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";

/** @see {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set Labels: syntax and character set} */
export const labelKeyRules: readonly NameRule[] = [
  {
    pattern: `^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?${labelName}$`,
    must: "be a label key, such as example.org/pool",
  },
];

/** @see {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set Labels: syntax and character set} */
export const labelValueRules: readonly NameRule[] = [
  { pattern: `^(${labelName})?$`, must: "be a label value: at most 63 letters, digits, - _ ." },
];

/** @see {@link https://docs.siderolabs.com/talos/v1.13/reference/configuration/v1alpha1/config machine.nodeTaints} */
export const taintValueRules: readonly NameRule[] = [
  {
    pattern: `^(${labelName})?:(NoSchedule|PreferNoSchedule|NoExecute)$`,
    must: "be VALUE:EFFECT with the effect NoSchedule, PreferNoSchedule or NoExecute, such as gpu:NoSchedule",
  },
];

/** Names of network load balancers. */
export const loadBalancerNameRules: readonly NameRule[] = [
  {
    pattern: "^[A-Za-z0-9-]{1,32}$",
    must: "have at most 32 characters: the name of the load balancer",
  },
  {
    pattern: "^internal-|-$",
    forbidden: true,
    must: "not begin with internal- or end with a hyphen: the name of the load balancer",
  },
];

/** Whether the account is known that publishes Talos' machine images in a region's partition. */
export function namesMachineImages(region: string): boolean {
  return partitionOf(region) === "aws";
}
