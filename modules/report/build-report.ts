import { partitionOf } from "../validation";
import { findingsOf } from "./findings";
import {
  defined,
  readBucket,
  readDistribution,
  readDocuments,
  readIssuer,
  readKeys,
  readProviders,
  readRetiredKeys,
  readState,
} from "./read-issuer";
import { readRoles } from "./read-roles";
import type { Report, ReportedCluster } from "./schema";
import { readSeen } from "./seen";
import type { SynthesizedStack } from "./stack";
import { Terraform } from "./terraform";

/** What a report bears besides what it is made of. */
export interface ReportOptions {
  /** YYYY-MM-DD. @default - no date: the same stacks give the same bytes */
  readonly date?: string | undefined;
}

/** What synthesized stacks make AWS trust: no private key, no time, nothing that is not in them. */
export function buildReport(
  stacks: readonly SynthesizedStack[],
  { date }: ReportOptions = {},
): Report {
  return defined({ version: 1 as const, date, clusters: stacks.map(reportCluster) });
}

function reportCluster(stack: SynthesizedStack): ReportedCluster {
  const terraform = readable(stack);
  const issuer = readIssuer(terraform, stack);
  const roles = readRoles(terraform, stack);
  const named = roles.flatMap(({ webIdentities }) => webIdentities.map(({ provider }) => provider));
  const cluster = defined({
    name: stack.name,
    region: stack.region,
    accountId: stack.accountId,
    state: readState(terraform),
    deletionProtection: terraform.resource("terraform_data", "deletion_protection") !== undefined,
    issuer,
    keys: issuer.hosting === "existing" ? [] : readKeys(terraform, stack),
    retiredKeys: readRetiredKeys(terraform),
    documents: readDocuments(terraform, issuer),
    bucket: readBucket(terraform),
    distribution: readDistribution(terraform),
    seen: stack.seen && readSeen(stack.seen),
    identityProviders: readProviders(terraform, issuer.url, named, stack),
    roles,
  });
  return { ...cluster, findings: findingsOf(cluster, stack) };
}

/** The stack with the partition, account and ARNs put in, as far as they follow from what is known. */
function readable({ terraform: json, region, accountId }: SynthesizedStack): Terraform {
  const partition = region === undefined ? undefined : partitionOf(region);
  const known = {
    "data.aws_partition.current.partition": partition,
    "data.aws_caller_identity.current.account_id": accountId,
    "data.aws_region.current.id": region,
  };
  const first = new Terraform(json, known);
  const attributes = Object.entries(json.resource?.aws_iam_role ?? {}).map(([name, role]) => [
    `aws_iam_role.${name}.name`,
    typeof role.name === "string" ? role.name : undefined,
  ]);
  const arns = Object.entries(json.resource?.aws_iam_openid_connect_provider ?? {}).map(
    ([name, { url }]) => [`aws_iam_openid_connect_provider.${name}.arn`, providerArn(url)],
  );
  const all = Object.fromEntries([...attributes, ...arns]) as Record<string, string | undefined>;
  return new Terraform(json, { ...known, ...all });

  function providerArn(url: unknown): string {
    const hostpath = (first.text(url) ?? "").replace(/^https:\/\//, "");
    return `arn:\${data.aws_partition.current.partition}:iam::\${data.aws_caller_identity.current.account_id}:oidc-provider/${hostpath}`;
  }
}
