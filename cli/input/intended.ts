import { type Cluster, configuredIssuerUrl, otherIssuerUrls } from "../../config/cluster-props";
import { deriveTalosTraits, stsAudience } from "../../modules/cluster";
import type { Intended, IntendedRole } from "../../modules/diagnosis";
import { partitionOf } from "../../modules/validation";
import type { StackOutputs } from "./stack-outputs";

/** What a cluster's configuration wants, and Terraform made of it. @param outputs none before apply */
export function intendedOf(cluster: Cluster, outputs: StackOutputs = {}): Intended {
  const { region, issuer, talos } = cluster;
  const issuerUrl = configuredIssuerUrl(issuer);
  const { key_ids: keyIds, oidc_provider_arn: identityProviderArn } = outputs;
  return {
    issuerUrl: outputs.issuer_url ?? issuerUrl ?? "",
    audiences: [stsAudience, ...(issuer.additionalAudiences ?? [])],
    region,
    partition: partitionOf(region),
    ...(talos !== undefined && { distribution: "talos", ...formOf(talos) }),
    ...(keyIds !== undefined && { keyIds }),
    ...(identityProviderArn !== undefined && { identityProviderArn }),
    acceptedIssuers: acceptedIssuers(cluster),
    roles: roles(cluster, outputs),
  };
}

/** The form of a Talos cluster's configuration, which follows from its versions. */
function formOf({ version, generatedBy, form }: NonNullable<Cluster["talos"]>): Partial<Intended> {
  const traits = deriveTalosTraits({ version, generatedBy, form });
  return "form" in traits ? { form: traits.form } : {};
}

/** Former issuers and the next one, which AWS trusts, too, and those that AWS never sees. */
function acceptedIssuers({ issuer, talos }: Cluster): string[] {
  return [...otherIssuerUrls(issuer), ...(talos?.acceptedIssuers ?? [])];
}

function roles(
  { serviceAccountRoles }: Cluster,
  { role_arns: arns = {} }: StackOutputs,
): IntendedRole[] {
  return serviceAccountRoles.map(({ name, serviceAccounts, primaryFor }) => {
    const arn = arns[name];
    return {
      ...{ name, serviceAccounts },
      ...(arn !== undefined && { arn }),
      ...(primaryFor !== undefined && { primaryFor }),
    };
  });
}
