import { Token } from "cdktf";
import type { Construct } from "constructs";
import { under, type Violation } from "../../validation";
import {
  CloudFrontHosting,
  type CloudFrontHostingProps,
  cloudFrontHostingViolations,
  cloudFrontIssuerUrl,
} from "./cloudfront-hosting";
import type { DocumentHosting } from "./document-hosting";
import { checkNewIssuerUrl } from "./issuer-location";
import { S3Hosting, type S3HostingProps, s3HostingViolations, s3IssuerUrl } from "./s3-hosting";
import {
  SelfPublishedHosting,
  type SelfPublishedHostingProps,
  selfPublishedHostingViolations,
} from "./self-published-hosting";

export { CloudFrontHosting, type CloudFrontHostingProps } from "./cloudfront-hosting";
export type { DocumentHosting, IssuerDocuments } from "./document-hosting";
export { checkNewIssuerUrl, checkRegisteredIssuerUrl } from "./issuer-location";
export { S3Hosting, type S3HostingProps } from "./s3-hosting";
export { SelfPublishedHosting, type SelfPublishedHostingProps } from "./self-published-hosting";

/** A way of hosting an issuer's documents, with what it needs; without a kind, `s3`. */
export type HostingProps =
  | ({ readonly kind?: "s3" } & S3HostingProps)
  | ({ readonly kind: "cloudfront" } & CloudFrontHostingProps)
  | ({ readonly kind: "self-published" } & SelfPublishedHostingProps);

/** The issuer URL of a way of hosting, where it is known at synthesis. */
export function knownIssuerUrl(props: HostingProps): string | undefined {
  const url = issuerUrlOf(props);
  return url === undefined || Token.isUnresolved(url) ? undefined : url;
}

function issuerUrlOf(props: HostingProps): string | undefined {
  switch (props.kind) {
    case "cloudfront":
      return cloudFrontIssuerUrl(props);
    case "self-published":
      return props.issuerUrl;
    default:
      return s3IssuerUrl(props);
  }
}

/** What is wrong with the props of a way of hosting, at paths that begin with `hosting`. */
export function hostingViolations(props: HostingProps): Violation[] {
  const own = ownViolations(props);
  const url = knownIssuerUrl(props);
  return under(
    ["hosting"],
    own.length > 0 || url === undefined ? own : checkNewIssuerUrl(sourceOfUrl(props), url),
  );
}

/** The property that an issuer URL follows from. */
function sourceOfUrl(props: HostingProps): string[] {
  switch (props.kind) {
    case "cloudfront":
      return ["domain", "name"];
    case "self-published":
      return ["issuerUrl"];
    default:
      return ["bucket", "name"];
  }
}

function ownViolations(props: HostingProps): Violation[] {
  switch (props.kind) {
    case "cloudfront":
      return cloudFrontHostingViolations(props);
    case "self-published":
      return selfPublishedHostingViolations(props);
    default:
      return s3HostingViolations(props);
  }
}

/**
 * Makes a way of hosting.
 *
 * @param tags of everything that is made, where the props name no tags of their own
 */
export function makeHosting(
  scope: Construct,
  id: string,
  props: HostingProps,
  tags?: Readonly<Record<string, string>>,
): DocumentHosting {
  switch (props.kind) {
    case "cloudfront":
      return new CloudFrontHosting(scope, id, { tags, ...props });
    case "self-published":
      return new SelfPublishedHosting(scope, id, props);
    default:
      return new S3Hosting(scope, id, { tags, ...props });
  }
}
