import {
  type ExistingIssuerProps,
  Hosting,
  type IrsaIssuerProps,
  type PreviousIssuer,
  type SecretProps,
  type SigningKey,
} from "../modules/issuer";
import type { Path } from "../modules/validation";
import type { AwsAccountProps } from "../stacks/aws-account";
import type { placeSettings } from "./hosting-settings";
import { type ClusterRole, roleProps } from "./role-props";
import type { BackendConfig, ClusterConfig } from "./schema";
import type { TalosClusterSettings } from "../modules/talos";

/** A cluster, ready to be made a stack of. */
export interface Cluster extends AwsAccountProps {
  readonly name: string;
  readonly region: string;
  readonly skipRegionValidation: boolean | undefined;
  /** The issuer to make, or the URL of one that AWS trusts already. */
  readonly issuer: IrsaIssuerProps | ExistingIssuerProps;
  /** Undefined for a patch in the form that every Talos up to 1.13 reads. */
  readonly talos: TalosClusterSettings | undefined;
  readonly serviceAccountRoles: readonly ClusterRole[];
  /** Where its state is kept; undefined for a file beside the checkout. */
  readonly backend: BackendConfig | undefined;
  /** The cluster as data, which `loadConfig` takes anywhere: complete, and its files by absolute paths. */
  readonly config: ClusterConfig;
}

/** The issuer's URL, as far as it is known before apply. */
export function configuredIssuerUrl(issuer: Cluster["issuer"]): string | undefined {
  return "hosting" in issuer ? issuer.hosting.issuerUrl : issuer.issuerUrl;
}

/** The URLs of the issuers that do not sign, the next one first, as far as they are known before apply. */
export function otherIssuerUrls(issuer: Cluster["issuer"]): string[] {
  const next = "hosting" in issuer ? issuer.nextIssuer?.hosting.issuerUrl : undefined;
  return [...(next === undefined ? [] : [next]), ...formerIssuerUrls(issuer)];
}

/** The URLs of previous issuers, as far as they are known before apply. */
export function formerIssuerUrls({ previousIssuers = [] }: Cluster["issuer"]): string[] {
  return previousIssuers.flatMap(({ url, hosting }) => url ?? hosting?.issuerUrl ?? []);
}

/** The files that a cluster names, read. */
export interface ClusterFiles {
  readonly keys: readonly SigningKey[] | undefined;
  readonly secretPolicy: string | undefined;
  /** Patches of machine configurations. */
  readonly talosPatches: readonly string[] | undefined;
}

/** What Terraform would take for a template of its own, as the text that it is. */
function literal(text: string | undefined): string | undefined {
  return text?.replace(/[$%](?=\{)/g, "$&$&");
}

/**
 * A cluster of `irsa.yaml` as props of its stack.
 *
 * @param fileBackend where the states of all clusters are kept that say nothing else
 */
export function clusterProps(
  config: ClusterConfig,
  files: ClusterFiles,
  fileBackend: BackendConfig | undefined,
): Cluster {
  const { name, region, skipRegionValidation, profile, assumeRole, accountId, talos } = config;
  const roles = config.serviceAccountRoles ?? [];
  return {
    name,
    region,
    skipRegionValidation,
    profile,
    assumeRole,
    accountId,
    talos: talos && talosSettings(talos, files),
    backend: config.backend ?? fileBackend,
    config: { ...config, backend: config.backend ?? fileBackend },
    issuer: issuerProps(config, files),
    serviceAccountRoles: roles.map((role) => roleProps(role, config.tags)),
  };
}

function talosSettings(
  { patchFiles: _read, ...settings }: NonNullable<ClusterConfig["talos"]>,
  { talosPatches }: ClusterFiles,
): TalosClusterSettings {
  return talosPatches === undefined
    ? settings
    : { ...settings, patches: talosPatches.map((patch) => literal(patch) ?? "") };
}

function issuerProps(
  cluster: ClusterConfig,
  files: ClusterFiles,
): IrsaIssuerProps | ExistingIssuerProps {
  const { additionalAudiences, deletionProtection, emptyKeyId, jwksComputation, previousIssuers } =
    cluster;
  const { retiredKeys, tags, thumbprint, issuerName, nextIssuer, retiredIssuers } = cluster;
  if (cluster.hosting === "existing") {
    const { issuerUrl = "", createProvider } = cluster;
    const trust = {
      ...{ additionalAudiences, createProvider, issuerUrl, thumbprint },
      previousIssuers: previousIssuers?.map((previous) => previousIssuerProps(previous, cluster)),
    };
    return createProvider === true ? { ...trust, tags } : trust;
  }
  return {
    hosting: hostingOf(cluster, cluster),
    keys: files.keys,
    signingKey: cluster.signingKey,
    secret: secretProps(cluster, files.secretPolicy),
    jwksComputation,
    parameterPath: cluster.parameterPath,
    additionalAudiences,
    emptyKeyId,
    issuerName,
    nextIssuer: nextIssuer && { name: nextIssuer.name, hosting: hostingOf(nextIssuer, cluster) },
    previousIssuers: previousIssuers?.map((previous) => previousIssuerProps(previous, cluster)),
    retiredIssuers,
    deletionProtection,
    retiredKeys,
    tags,
    thumbprint,
  };
}

/** A previous issuer, whose documents are here or elsewhere. */
function previousIssuerProps(
  previous: NonNullable<ClusterConfig["previousIssuers"]>[number],
  cluster: ClusterConfig,
): PreviousIssuer {
  const { name, url, existing, hosting } = previous;
  return hosting === undefined
    ? { name, url, ...(existing !== undefined && { existing }) }
    : { name, hosting: hostingOf(previous, cluster) };
}

/** What says where the documents of one of a cluster's issuers are. */
export type HostingConfig = Pick<ClusterConfig, "hosting" | (typeof placeSettings)[number]>;

function hostingOf(configured: HostingConfig, cluster: ClusterConfig): Hosting {
  const { hosting = "s3", bucket = "", publicBy, issuerUrl = "", domain, priceClass } = configured;
  const { region, skipRegionValidation } = cluster;
  const place = { bucket, region, skipRegionValidation };
  switch (hosting) {
    case "cloudfront":
      return Hosting.cloudFront({ ...place, domain, priceClass });
    case "self-published":
      return Hosting.selfPublished({ issuerUrl });
    case "s3-virtual-hosted":
      return Hosting.s3VirtualHosted(place);
    default:
      return Hosting.s3({ ...place, publicBy });
  }
}

function secretProps(
  { name, secret, secretPrefix }: ClusterConfig,
  policy: string | undefined,
): SecretProps | "none" | undefined {
  if (secret === "none") return secret;
  const { policyFile: _read, name: secretName, ...options } = secret ?? {};
  const defaultName = secretPrefix === undefined ? undefined : `${secretPrefix}/${name}`;
  const fullName = secretName ?? defaultName;
  return fullName === undefined
    ? undefined
    : { ...options, name: fullName, policy: literal(policy) };
}

/**
 * Where a cluster says what a construct refuses.
 *
 * @param path as violations have it, such as `["hosting", "bucket", "name"]`
 */
export function placeOf(path: Path, cluster: ClusterConfig): Path {
  const [first, second] = path;
  if (first === "hosting") return hostingPlace(path.slice(1), cluster);
  const further = furtherIssuer(path, cluster);
  if (further !== undefined) return further;
  const { secret, secretPrefix } = cluster;
  if (first === "secret") {
    if (second === undefined && secret === undefined && secretPrefix !== undefined) {
      return ["secretPrefix"];
    }
    if (second === "name" && !(typeof secret === "object" && secret.name !== undefined)) {
      return ["secretPrefix"];
    }
    if (second === "policy") return ["secret", "policyFile"];
  }
  if (first === "talos" && second === "patches") return ["talos", "patchFiles", ...path.slice(2)];
  return path;
}

/** The place of something about the hosting of an issuer that does not sign; undefined for anything else. */
function furtherIssuer(path: Path, { nextIssuer, previousIssuers }: ClusterConfig) {
  const depth = path[0] === "nextIssuer" ? 1 : path[0] === "previousIssuers" ? 2 : undefined;
  if (depth === undefined || path[depth] !== "hosting") return undefined;
  const issuer = depth === 1 ? nextIssuer : previousIssuers?.[Number(path[1])];
  if (issuer === undefined) return undefined;
  const rest = hostingPlace(path.slice(depth + 1), issuer);
  return rest.length === 0 ? path : [...path.slice(0, depth), ...rest];
}

function hostingPlace(path: Path, { bucket, domain, hosting }: HostingConfig): Path {
  const [first, second] = path;
  if (first === "bucket" && second === "name" && typeof bucket !== "object") return ["bucket"];
  if (first !== "issuerUrl" || hosting === "self-published" || hosting === "existing") return path;
  return domain === undefined ? ["bucket"] : ["domain", "name"];
}
