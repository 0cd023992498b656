import { DocumentError } from "../documents";
import { stsAudience } from "../cluster";
import { adoptHosting } from "./hosting";
import { type AdoptedKeys, adoptKeys, type KeySecret } from "./keys";
import { adoptRoles } from "./roles";
import type { Setup, Tags } from "./setup";
import { Inexpressible } from "./trust-policy";

/** A set-up as a cluster of `irsa.yaml`. */
export interface Adoption {
  /** The cluster, member by member. */
  readonly cluster: Readonly<Record<string, unknown>>;
  /** What stays as it is, outside of Terraform, and why. */
  readonly left: readonly string[];
  /** What a person should look at before the apply. */
  readonly checks: readonly string[];
}

/**
 * A set-up in the terms of `irsa.yaml`.
 *
 * @param name the cluster's
 * @param region of its resources
 * @param secret with the private half of a published key
 *
 * @example
 * const { cluster } = await adoptCluster("prod", "eu-central-1", setup);
 */
export async function adoptCluster(
  name: string,
  region: string,
  setup: Setup,
  secret?: KeySecret,
): Promise<Adoption> {
  const { provider, accountId, partition, issuerUrl, bucket } = setup;
  const keys = await keysOf(setup, secret);
  const fault = typeof keys === "string" ? keys : undefined;
  const { hosting, settings, left, checks } = adoptHosting(setup, fault);
  const makesBucket = typeof settings.bucket === "string" || !isExisting(settings.bucket);
  const tags = { ...provider?.tags, ...(makesBucket ? bucket?.tags : {}) };
  const clientIds = provider?.clientIds ?? [];
  const additionalAudiences = clientIds.filter((id) => id !== stsAudience);
  const audiences = [stsAudience, ...additionalAudiences];
  const providerArn =
    provider?.arn ??
    `arn:${partition}:iam::${accountId}:oidc-provider/${issuerUrl.slice("https://".length)}`;
  const roles = adoptRoles(setup, providerArn, audiences, tags);
  const ofKeys = typeof keys === "string" || hosting === "existing" ? undefined : keys;
  return {
    cluster: {
      name,
      region,
      accountId,
      hosting,
      ...settings,
      ...(ofKeys && {
        keys: ofKeys.keys,
        ...(ofKeys.signingKey !== undefined && { signingKey: ofKeys.signingKey }),
        ...(ofKeys.emptyKeyId && { emptyKeyId: true }),
      }),
      ...(provider && {
        thumbprint: provider.thumbprints.length > 0 ? provider.thumbprints : "none",
      }),
      ...(additionalAudiences.length > 0 && { additionalAudiences }),
      ...(Object.keys(tags).length > 0 && { tags }),
      ...(roles.roles.length > 0 && { serviceAccountRoles: roles.roles }),
    },
    left: [...left, ...roles.left],
    checks: [...checks, ...(ofKeys?.checks ?? []), ...roles.checks, ...ownersOf(tags)],
  };
}

function isExisting(bucket: unknown): boolean {
  return (bucket as { readonly existing?: boolean } | undefined)?.existing ?? false;
}

async function keysOf(
  { published }: Setup,
  secret: KeySecret | undefined,
): Promise<AdoptedKeys | string> {
  if (published.jwks === undefined) return "the JWKS could not be read";
  try {
    return await adoptKeys(published.jwks, secret);
  } catch (error) {
    if (error instanceof SyntaxError) return "the JWKS is not JSON";
    if (error instanceof DocumentError || error instanceof Inexpressible) return error.message;
    throw error;
  }
}

/** Tools that delete what they find by its tags. */
function ownersOf(tags: Tags): string[] {
  const ccoctl = Object.keys(tags).find((tag) =>
    tag.startsWith("openshift.io/cloud-credential-operator/"),
  );
  return [
    ...(ccoctl === undefined
      ? []
      : [`ccoctl aws delete removes what has the tag ${ccoctl}: never run it for this cluster`]),
    ...(tags.KubernetesCluster === undefined
      ? []
      : [
          "kops manages the identity provider, too: set serviceAccountIssuerDiscovery.enableAWSOIDCProvider to false",
        ]),
  ];
}
