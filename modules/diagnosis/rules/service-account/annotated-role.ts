import { annotateCommand } from "../../remedies";
import { intendedRolesOf, roleArnPattern } from "../../assumptions";
import type { Facts } from "../../facts";

/** The annotated role against those that are configured for the ServiceAccount, or the provider's account. */
export function annotatedRole(facts: Facts) {
  const { serviceAccount, prefix, provider, intended, account } = facts;
  const arn = serviceAccount?.annotations[`${prefix}/role-arn`];
  const given = roleArnPattern.exec(arn ?? "")?.groups;
  const configured = intendedRolesOf(facts).flatMap((role) => role.arn ?? []);
  if (arn === undefined || given === undefined || configured.includes(arn)) return undefined;
  const [nearest] = configured;
  const known = nearest ?? provider?.arn ?? intended?.identityProviderArn;
  const [, partition = intended?.partition, , , accountId = account?.accountId] =
    known?.split(":") ?? [];
  return {
    arn,
    ...(nearest !== undefined && { nearest }),
    isOtherPartition: partition !== undefined && partition !== given.partition,
    isOtherAccount: accountId !== undefined && accountId !== given.account,
    partition,
    accountId,
    remedy: `${annotateCommand(facts, `--overwrite ${prefix}/role-arn=${nearest ?? "ROLE_ARN"}`)}, then make its pods anew.`,
  };
}
