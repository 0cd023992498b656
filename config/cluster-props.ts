import {
  type ExistingIssuerProps,
  Hosting,
  type IrsaIssuerProps,
  type SecretProps,
  type SigningKey,
} from "../modules/issuer";
import type { TalosProps } from "../modules/talos/machine-config-patch";
import type { ClusterConfig } from "./schema";
import type { Path } from "./yaml-source";

/** The files that a cluster names, read. */
export interface ClusterFiles {
  readonly keys: readonly SigningKey[] | undefined;
  readonly secretPolicy: string | undefined;
}

/** What Terraform would take for a template of its own, as the text that it is. */
function literal(text: string | undefined): string | undefined {
  return text?.replace(/[$%](?=\{)/g, "$&$&");
}

/** A cluster of `irsa.yaml` as props of its issuer. */
export function issuerProps(
  cluster: ClusterConfig,
  files: ClusterFiles,
): IrsaIssuerProps | ExistingIssuerProps {
  const { additionalAudiences, deletionProtection, emptyKeyId, jwks, previousIssuers } = cluster;
  const { retiredKeys, tags, thumbprint } = cluster;
  if (cluster.hosting === "existing") {
    const { issuerUrl = "", createProvider } = cluster;
    const trust = { additionalAudiences, createProvider, issuerUrl, previousIssuers, thumbprint };
    return createProvider === true ? { ...trust, tags } : trust;
  }
  return {
    hosting: hostingOf(cluster),
    keys: files.keys,
    signingKey: cluster.signingKey ?? cluster.keys?.find(({ signs }) => signs)?.name,
    secret: secretProps(cluster, files.secretPolicy),
    jwksComputation: jwks,
    additionalAudiences,
    emptyKeyId,
    previousIssuers,
    deletionProtection,
    retiredKeys,
    tags,
    thumbprint,
  };
}

function hostingOf(cluster: ClusterConfig): Hosting {
  const { hosting = "s3", region, bucket = "", publicBy, issuerUrl = "" } = cluster;
  const { domain, priceClass } = cluster;
  switch (hosting) {
    case "cloudfront":
      return Hosting.cloudFront({ bucket, region, domain, priceClass });
    case "self-published":
      return Hosting.selfPublished({ issuerUrl });
    case "s3-virtual-hosted":
      return Hosting.s3VirtualHosted({ bucket, region });
    default:
      return Hosting.s3({ bucket, region, publicBy });
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

/** Settings that an issuer made elsewhere has no use for. */
const issuerSettings = [
  "keys",
  "signingKey",
  "retiredKeys",
  "deletionProtection",
  "jwks",
  "emptyKeyId",
  "secretPrefix",
  "secret",
  "talos",
];

/** Settings that go with some ways of hosting only. */
const hostingSettings: Readonly<Record<string, readonly string[]>> = {
  bucket: ["s3", "s3-virtual-hosted", "cloudfront"],
  publicBy: ["s3", "s3-virtual-hosted"],
  domain: ["cloudfront"],
  priceClass: ["cloudfront"],
  issuerUrl: ["self-published", "existing"],
  createProvider: ["existing"],
};

/** What a cluster says that does not go together, or leaves out that goes with it. */
export function mismatches(cluster: ClusterConfig): { path: Path; message: string }[] {
  const { hosting = "s3", secret, secretPrefix } = cluster;
  const required = hosting === "self-published" || hosting === "existing" ? "issuerUrl" : "bucket";
  const given = cluster as Readonly<Record<string, unknown>>;
  return [
    ...(given[required] === undefined
      ? [{ path: [required], message: `is required with hosting: ${hosting}` }]
      : []),
    ...Object.entries(hostingSettings)
      .filter(([setting, ways]) => given[setting] !== undefined && !ways.includes(hosting))
      .map(([setting, ways]) => ({
        path: [setting],
        message: `goes with hosting: ${ways.join(" or ")}, got hosting: ${hosting}`,
      })),
    ...(hosting === "existing" ? issuerSettings : [])
      .filter((setting) => given[setting] !== undefined)
      .map((setting) => ({
        path: [setting],
        message: "must be left out with hosting: existing, where the issuer is made elsewhere",
      })),
    ...(typeof secret === "object" && secret.name === undefined && secretPrefix === undefined
      ? [{ path: ["secret"], message: "must have a name, or secretPrefix is required" }]
      : []),
    ...(hosting === "s3-virtual-hosted" && cluster.publicBy === "acl"
      ? [{ path: ["publicBy"], message: 'must be "policy" with hosting: s3-virtual-hosted' }]
      : []),
  ];
}

/**
 * Where a cluster says what a construct refuses.
 *
 * @param path as violations have it, such as `["hosting", "bucket", "name"]`
 */
export function placeOf(path: Path, cluster: ClusterConfig): Path {
  const [first, second] = path;
  if (first === "hosting") return hostingPlace(path.slice(1), cluster);
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
  return first === "jwksComputation" ? ["jwks"] : path;
}

function hostingPlace(path: Path, { bucket, domain, hosting }: ClusterConfig): Path {
  const [first, second] = path;
  if (first === "bucket" && second === "name" && typeof bucket !== "object") return ["bucket"];
  if (first !== "issuerUrl" || hosting === "self-published" || hosting === "existing") return path;
  return domain === undefined ? ["bucket"] : ["domain", "name"];
}

/** The settings of a cluster's Talos patch; undefined without any. */
export function talosProps({ talos }: ClusterConfig): TalosProps | undefined {
  return talos;
}
