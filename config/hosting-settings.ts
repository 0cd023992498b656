import { distributionNames } from "./distribution-names";

/** Where the two documents of an issuer are, as `hosting` says. */
export const hostingKinds = [
  "s3",
  "s3-virtual-hosted",
  "cloudfront",
  "self-published",
  "existing",
] as const;

/** Where the documents of an issuer are that the cluster's stack makes. */
export const ownHostingKinds = ["s3", "s3-virtual-hosted", "cloudfront", "self-published"] as const;

export type HostingKind = (typeof hostingKinds)[number];

/** Settings that go with some ways of hosting only. */
const settings: Readonly<Record<string, readonly HostingKind[]>> = {
  bucket: ["s3", "s3-virtual-hosted", "cloudfront"],
  publicBy: ["s3", "s3-virtual-hosted"],
  domain: ["cloudfront"],
  priceClass: ["cloudfront"],
  issuerUrl: ["self-published", "existing"],
  createProvider: ["existing"],
};

/** Settings that an issuer made elsewhere has no use for. */
const issuerSettings: readonly string[] = [
  "keys",
  "signingKey",
  "retiredKeys",
  "deletionProtection",
  "jwksComputation",
  "emptyKeyId",
  "secretPrefix",
  "secret",
  "parameterPath",
  "issuerName",
  "nextIssuer",
  "retiredIssuers",
  ...distributionNames,
];

/** The ways of hosting that a setting of a cluster goes with. */
export function hostingsWith(setting: string): readonly HostingKind[] {
  if (issuerSettings.includes(setting)) return hostingKinds.filter((kind) => kind !== "existing");
  return Object.hasOwn(settings, setting) ? (settings[setting] ?? []) : hostingKinds;
}

/** Settings of a cluster that say where its documents are, besides `hosting` itself. */
export const placeSettings = ["bucket", "publicBy", "domain", "priceClass", "issuerUrl"] as const;

/** Whether a setting of a cluster goes with a way of hosting. */
export function isGoingWith(setting: string, hosting: HostingKind): boolean {
  return hostingsWith(setting).includes(hosting);
}

/** The setting that a way of hosting cannot do without. */
export function requiredSetting(hosting: HostingKind): "bucket" | "issuerUrl" {
  return isGoingWith("issuerUrl", hosting) ? "issuerUrl" : "bucket";
}
