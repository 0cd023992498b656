/** Draws the machines, ports and trust of a synthesized Talos cluster as a Mermaid flowchart. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Rule {
  readonly security_group_id: string;
  readonly referenced_security_group_id?: string;
  readonly cidr_ipv4?: string;
  readonly description: string;
  readonly ip_protocol: string;
  readonly from_port: number;
  readonly to_port: number;
}

interface Stack {
  readonly resource: {
    readonly aws_vpc_security_group_ingress_rule: Readonly<Record<string, Rule>>;
    readonly aws_security_group: Readonly<Record<string, { readonly description: string }>>;
    readonly aws_instance: Readonly<Record<string, unknown>>;
    readonly aws_iam_role: Readonly<Record<string, { readonly name: string }>>;
  };
}

const root = join(__dirname, "..");
const guide = join(root, "docs/guides/talos-on-aws.md");
const example = join(root, "examples/talos-aws/expected/prod/cdk.tf.json");

/** @param stack the content of its `cdk.tf.json` */
export function drawCluster(stack: string): string {
  const { resource } = JSON.parse(stack) as Stack;
  const rules = Object.values(resource.aws_vpc_security_group_ingress_rule);
  const groupOf = (reference: string) => reference.split(".")[1] ?? reference;
  const arrows = new Map<string, Set<string>>();
  for (const rule of rules) {
    const from = rule.referenced_security_group_id;
    const arrow = `${from === undefined ? "network" : groupOf(from)} -->|LABEL| ${groupOf(rule.security_group_id)}`;
    arrows.set(arrow, (arrows.get(arrow) ?? new Set<string>()).add(labelOf(rule)));
  }
  const machines = Object.keys(resource.aws_instance);
  const workers = machines.filter((name) => !name.startsWith("control-plane-"));
  const count = machines.length - workers.length;
  return [
    "flowchart TB",
    ...Object.entries(resource.aws_security_group).map(
      ([name, { description }]) => `  ${name}["${description}"]`,
    ),
    `  control_plane --- members["${count} control-plane machines"]`,
    ...(workers.length > 0 ? [`  machines --- workers["${workers.join(", ")}"]`] : []),
    '  network["network of the VPC"]',
    ...[...arrows].map(
      ([arrow, labels]) => `  ${arrow.replace("LABEL", [...labels].join("<br>"))}`,
    ),
    '  control_plane -->|signs tokens of pods| sts["AWS STS"]',
    '  documents["discovery document and JWKS"] -->|verify tokens| sts',
    ...Object.values(resource.aws_iam_role).map(
      ({ name }) => `  sts -->|credentials| role_${name.replaceAll("-", "_")}["role ${name}"]`,
    ),
  ].join("\n");
}

function labelOf(rule: Rule): string {
  const { description, ip_protocol: protocol, from_port: first, to_port: last } = rule;
  return `${description}: ${protocol} ${first === last ? first : `${first}–${last}`}`;
}

/** The guide with the picture of the example in it. */
export function guideWithPicture(): string {
  const picture = `\`\`\`mermaid\n${drawCluster(readFileSync(example, "utf8"))}\n\`\`\``;
  return readFileSync(guide, "utf8").replace(/```mermaid\n[^]*?\n```/, () => picture);
}

if (require.main === module) writeFileSync(guide, guideWithPicture());
