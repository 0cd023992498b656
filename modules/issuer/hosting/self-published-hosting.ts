import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { assertValid, type Violation } from "../../validation";
import type { DocumentHosting } from "./document-hosting";
import { checkNewIssuerUrl, issuerLocation } from "./issuer-location";

/** Props of {@link Hosting.selfPublished}. */
export interface SelfPublishedHostingProps {
  /** The issuer URL: any https host with a public certificate. */
  readonly issuerUrl: string;
}

/** What is wrong with the props of {@link SelfPublishedHosting}. */
export function selfPublishedHostingViolations(props: SelfPublishedHostingProps): Violation[] {
  return checkNewIssuerUrl(["issuerUrl"], props.issuerUrl);
}

/**
 * Documents that the user publishes: a repository of static files, a web server. Terraform makes none
 * of it; the content of both documents is the stack's output.
 *
 * @throws {InvalidPropsError} the issuer URL is not in the canonical form
 */
export class SelfPublishedHosting extends Construct implements DocumentHosting {
  readonly issuerUrl: string;
  readonly issuerHostpath: string;
  readonly jwksUri: string;
  readonly bucket = undefined;
  readonly distribution = undefined;
  readonly bucketName = undefined;
  readonly bucketMade = [];
  readonly bucketPolicyStatements = undefined;

  constructor(scope: Construct, id: string, props: SelfPublishedHostingProps) {
    super(scope, id);
    assertValid(selfPublishedHostingViolations(props), this);
    const location = issuerLocation(this, withoutScheme(props.issuerUrl));
    this.issuerUrl = location.issuerUrl;
    this.issuerHostpath = location.issuerHostpath;
    this.jwksUri = location.jwksUri;
  }

  publish(): never[] {
    return [];
  }
}

function withoutScheme(url: string): string {
  return Token.isUnresolved(url) ? Fn.trimprefix(url, "https://") : url.slice("https://".length);
}
