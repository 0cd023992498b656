import { buildObjectKeys, checkIssuerUrl } from "../documents";
import { asMap, asStrings, statementsOf } from "../iam/policy-document";
import { matchesWildcard } from "../iam/wildcard";
import { dnsSuffixOf } from "../validation";
import type { ExistingBucket, Setup } from "./setup";

/** The bucket that an issuer URL names. */
export interface BucketOfUrl {
  readonly hosting: "s3" | "s3-virtual-hosted";
  readonly name: string;
  readonly region: string;
  readonly prefix: string | undefined;
}

/**
 * The bucket that serves an issuer, if its URL has one of the two forms of S3 that this project makes.
 *
 * @returns undefined for a host that is not S3's, and for its older forms such as s3-REGION
 */
export function bucketOfUrl(issuerUrl: string): BucketOfUrl | undefined {
  const [, bucket, region = "", suffix, path = ""] =
    /^https:\/\/(?:([a-z0-9-]+)\.)?s3\.([a-z]+(?:-[a-z]+)+-\d+)\.([a-z0-9.-]+)((?:\/[^/]+)*)$/.exec(
      issuerUrl,
    ) ?? [];
  if (suffix !== dnsSuffixOf(region)) return undefined;
  const folders = path.split("/").slice(1);
  const name = bucket ?? folders.shift();
  if (name === undefined) return undefined;
  const prefix = folders.length === 0 ? undefined : folders.join("/");
  return { hosting: bucket === undefined ? "s3" : "s3-virtual-hosted", name, region, prefix };
}

/** Where an issuer's documents are, as `irsa.yaml` says it. */
export interface AdoptedHosting {
  readonly hosting: "s3" | "s3-virtual-hosted" | "self-published" | "existing";
  /** The settings that go with it. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What stays as it is, and why. */
  readonly left: readonly string[];
  readonly checks: readonly string[];
}

/**
 * The hosting of documents that Terraform can take over without a moment in which they are not read.
 *
 * @param keysFault why the keys that are published cannot be in the configuration
 */
export function adoptHosting(setup: Setup, keysFault: string | undefined): AdoptedHosting {
  const { issuerUrl, published, bucket } = setup;
  const place = bucketOfUrl(issuerUrl);
  if (keysFault !== undefined) return leftAlone(setup, keysFault, false);
  if (isOfKops(setup)) {
    return leftAlone(setup, "kops writes them again at each kops update cluster", false);
  }
  const isCanonical = published.jwksUri === `${issuerUrl}/keys.json`;
  if (place === undefined) {
    const why = "the issuer URL has neither of S3's forms that Terraform makes here";
    return leftAlone(setup, why, isCanonical);
  }
  if (bucket === undefined) return leftAlone(setup, "the bucket could not be read", isCanonical);
  const readers = readersOf(bucket, setup, place.prefix);
  const publicBy = readers.policy ? "policy" : readers.acl ? "acl" : undefined;
  if (publicBy === undefined) {
    const why = "neither an ACL nor the bucket's policy makes them public";
    return leftAlone(setup, why, isCanonical);
  }
  if (publicBy === "acl" && place.hosting === "s3-virtual-hosted") {
    const why =
      "ACLs make them public under a virtual-hosted URL; let the bucket's policy allow everyone s3:GetObject on both, then import again";
    return leftAlone(setup, why, isCanonical);
  }
  const { name, prefix, hosting } = place;
  const shared = sharedWith(bucket, {
    prefix,
    publicBy,
    jwksUri: isCanonical ? "" : published.jwksUri,
  });
  const options =
    shared === undefined
      ? settingsOf(bucket)
      : { existing: true, ...(prefix !== undefined && { prefix }) };
  return {
    hosting,
    settings: {
      bucket: Object.keys(options).length === 0 ? name : { name, ...options },
      // Whatever the defaults of the configuration are.
      ...(hosting === "s3" && { publicBy }),
    },
    left:
      shared === undefined ? [] : [`the bucket ${name}, its settings and its policy: ${shared}`],
    checks: isCanonical
      ? []
      : [
          "the JWKS moves to keys.json: apply with -target=aws_s3_object.keys_json first, so that it is there before the discovery document names it",
        ],
  };
}

/** Why a bucket is for more than the two documents; undefined when it is for them alone. */
function sharedWith(
  { others, policy, hasGrants }: ExistingBucket,
  place: { readonly prefix?: string; readonly publicBy: string; readonly jwksUri?: string },
): string | undefined {
  const { prefix, publicBy, jwksUri } = place;
  if (jwksUri !== "") return `the JWKS of now stays in it, at ${jwksUri ?? ""}`;
  if (prefix !== undefined)
    return `the documents are below ${prefix}/, and others may be beside them`;
  const [other] = others;
  if (other !== undefined) return `it contains other objects, such as ${other}`;
  if (publicBy === "acl") return undefined;
  if (hasGrants) return "its ACL lets others in, which a bucket without ACLs must not have";
  const isMore = statementsOf(JSON.parse(policy ?? "{}")).some((each) => !isOpenToRead(each));
  return isMore ? "its policy says more than that everyone may read" : undefined;
}

/** What Terraform takes over of a bucket's settings. */
function settingsOf({ versioning, accessLogs }: ExistingBucket): Readonly<Record<string, unknown>> {
  const { bucketName, prefix } = accessLogs ?? {};
  return {
    ...(versioning !== undefined && { versioning: versioning === "Enabled" }),
    ...(bucketName !== undefined && {
      accessLogs: { bucketName, ...(prefix !== "" && { prefix }) },
    }),
  };
}

/** Documents that stay with whoever publishes them. */
function leftAlone({ issuerUrl }: Setup, why: string, isCanonical: boolean): AdoptedHosting {
  const isNew = isCanonical && checkIssuerUrl(["issuerUrl"], issuerUrl).length === 0;
  return {
    hosting: isNew ? "self-published" : "existing",
    settings: { issuerUrl, ...(!isNew && { createProvider: true }) },
    left: [`the two documents: ${why}`],
    checks: [],
  };
}

/** kops publishes the JWKS where a Kubernetes API server does. */
function isOfKops({ issuerUrl, published, provider }: Setup): boolean {
  return (
    provider?.tags.KubernetesCluster !== undefined ||
    (bucketOfUrl(issuerUrl) !== undefined && published.jwksUri === `${issuerUrl}/openid/v1/jwks`)
  );
}

/** What lets everyone read both documents. */
function readersOf(
  bucket: ExistingBucket,
  { partition }: Setup,
  prefix: string | undefined,
): { readonly acl: boolean; readonly policy: boolean } {
  const objectKeys = buildObjectKeys(prefix);
  const { ownership, publicAccessBlock: block, objects, policy } = bucket;
  const documents = Object.values(objects);
  // Those that are there, and the JWKS where it will be.
  const keys = new Set([...Object.keys(objects), objectKeys.jwks]);
  const arns = [...keys].map((key) => `arn:${partition}:s3:::${bucket.name}/${key}`);
  const statements = policy === undefined ? [] : statementsOf(JSON.parse(policy));
  const isAllowed = (arn: string) =>
    statements.some(
      (statement) =>
        isOpenToRead(statement) &&
        asStrings(statement.Resource).some((resource) => matchesWildcard(arn, resource)),
    );
  return {
    acl:
      objects[objectKeys.discovery] !== undefined &&
      documents.every(({ isPublic }) => isPublic) &&
      ownership !== "BucketOwnerEnforced" &&
      block?.ignorePublicAcls !== true,
    policy: documents.length > 1 && arns.every(isAllowed) && block?.restrictPublicBuckets !== true,
  };
}

/** Whether a statement lets everyone read objects, and does nothing else. */
function isOpenToRead(statement: Readonly<Record<string, unknown>>): boolean {
  const { Effect, Principal, Action, Condition } = statement;
  return (
    Effect === "Allow" &&
    (Principal === "*" || asStrings(asMap(Principal).AWS).includes("*")) &&
    asStrings(Action).every((action) => /^s3:get(\*|object(\*|version)?)$/i.test(action)) &&
    asStrings(Action).some((action) => /^s3:get(\*|object\*?)$/i.test(action)) &&
    Condition === undefined
  );
}
