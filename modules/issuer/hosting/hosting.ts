import { Token } from "cdktf";
import type { Construct } from "constructs";
import type { Violation } from "../../validation";
import {
  CloudFrontHosting,
  type CloudFrontHostingProps,
  cloudFrontHostingViolations,
  cloudFrontIssuerUrl,
} from "./cloudfront-hosting";
import { amazonRootThumbprint, type Thumbprint } from "../identity-provider";
import { bucketNamePath, type BucketProps, bucketProps } from "./document-bucket";
import type { DocumentHosting, Tagged } from "./document-hosting";
import { checkNewIssuerUrl } from "./issuer-location";
import {
  type S3Choice,
  S3Hosting,
  type S3HostingProps,
  s3HostingViolations,
  s3IssuerUrl,
  type S3VirtualHostedHostingProps,
} from "./s3-hosting";
import {
  SelfPublishedHosting,
  type SelfPublishedHostingProps,
  selfPublishedHostingViolations,
} from "./self-published-hosting";

/** What differs between issuers of one way of hosting. */
export interface HostingPlace {
  readonly bucketName?: string;
  /** Of a domain of your own. */
  readonly domainName?: string;
  /** Of the certificate of that domain. */
  readonly certificateArn?: string;
  /** Of documents that you publish. */
  readonly issuerUrl?: string;
}

type Choice =
  | ({ readonly kind: "s3" | "s3-virtual-hosted" } & S3Choice)
  | ({ readonly kind: "cloudfront" } & CloudFrontHostingProps)
  | ({ readonly kind: "self-published" } & SelfPublishedHostingProps);

/**
 * Where an issuer's discovery document and JWKS are published.
 *
 * @example
 * Hosting.cloudFront({ bucket: "acme-prod-oidc" });
 */
export class Hosting {
  /**
   * A public bucket: `https://s3.REGION.SUFFIX/BUCKET`, as in the Talos documentation.
   *
   * @example
   * Hosting.s3({ bucket: "acme-prod-oidc", publicBy: "policy" });
   */
  static s3(props: S3HostingProps): Hosting {
    return new Hosting({ ...props, kind: "s3", urlStyle: "path" });
  }

  /**
   * A public bucket: `https://BUCKET.s3.REGION.SUFFIX`.
   *
   * @example
   * Hosting.s3VirtualHosted({ bucket: "acme-prod-oidc", region: "eu-central-1" });
   */
  static s3VirtualHosted(props: S3VirtualHostedHostingProps): Hosting {
    return new Hosting({ ...props, kind: "s3-virtual-hosted", urlStyle: "virtual-hosted" });
  }

  /**
   * A private bucket behind CloudFront, for accounts that forbid public buckets.
   *
   * @example
   * Hosting.cloudFront({ bucket: { name: "acme-prod-oidc", versioning: true } });
   */
  static cloudFront(props: CloudFrontHostingProps): Hosting {
    return new Hosting({ ...props, kind: "cloudfront" });
  }

  /**
   * A web host of your own; you publish the two documents there.
   *
   * @example
   * Hosting.selfPublished({ issuerUrl: "https://oidc.example.org/prod" });
   */
  static selfPublished(props: SelfPublishedHostingProps): Hosting {
    return new Hosting({ ...props, kind: "self-published" });
  }

  private constructor(private readonly choice: Choice) {}

  /** As `irsa.yaml` names the choice. */
  get kind(): "s3" | "s3-virtual-hosted" | "cloudfront" | "self-published" {
    return this.choice.kind;
  }

  /** The bucket that keeps the documents; undefined where you publish them yourself. */
  get bucket(): BucketProps | undefined {
    return "bucket" in this.choice ? bucketProps(this.choice.bucket) : undefined;
  }

  /** The issuer URL; undefined where only Terraform knows it. */
  get issuerUrl(): string | undefined {
    const url = this.ownUrl();
    return url === undefined || Token.isUnresolved(url) ? undefined : url;
  }

  /**
   * The thumbprint of an issuer whose props name none: the certificate of a domain of your own cannot be
   * read before its DNS record points to the distribution.
   *
   * @internal
   */
  get thumbprint(): Thumbprint {
    const { choice } = this;
    return choice.kind === "cloudfront" && choice.domain !== undefined
      ? [amazonRootThumbprint]
      : "certificate";
  }

  /**
   * What differs from one issuer to the next.
   *
   * @internal
   */
  get place(): HostingPlace {
    const { choice } = this;
    if (choice.kind === "self-published") return { issuerUrl: choice.issuerUrl };
    const domain = choice.kind === "cloudfront" ? choice.domain : undefined;
    return {
      bucketName: bucketProps(choice.bucket).name,
      ...(domain && { domainName: domain.name, certificateArn: domain.certificateArn }),
    };
  }

  /**
   * The same way of hosting elsewhere, in the AWS provider's own region.
   *
   * @internal
   */
  at({ bucketName, domainName, certificateArn, issuerUrl }: HostingPlace): Hosting {
    const { choice } = this;
    if (choice.kind === "self-published") {
      return new Hosting({ ...choice, issuerUrl: issuerUrl ?? choice.issuerUrl });
    }
    const bucket = bucketProps(choice.bucket);
    const moved = { bucket: { ...bucket, name: bucketName ?? bucket.name }, region: undefined };
    if (choice.kind !== "cloudfront") return new Hosting({ ...choice, ...moved });
    const { domain } = choice;
    const name = domainName ?? domain?.name ?? "";
    const certificate = certificateArn ?? domain?.certificateArn ?? "";
    return new Hosting({
      ...choice,
      ...moved,
      domain: domain && { name, certificateArn: certificate },
    });
  }

  /** What is wrong with the props, at paths that begin with the props' own names. */
  violations(): Violation[] {
    const own = this.ownViolations();
    const url = this.issuerUrl;
    return own.length > 0 || url === undefined ? own : checkNewIssuerUrl(this.urlPath(), url);
  }

  /**
   * Makes what the choice needs; to be called after {@link Hosting.violations}.
   *
   * @internal
   */
  make(scope: Construct, id: string, tagged: Tagged): DocumentHosting {
    switch (this.choice.kind) {
      case "cloudfront":
        return new CloudFrontHosting(scope, id, { ...this.choice, ...tagged });
      case "self-published":
        return new SelfPublishedHosting(scope, id, this.choice);
      default:
        return new S3Hosting(scope, id, { ...this.choice, ...tagged });
    }
  }

  private ownUrl(): string | undefined {
    switch (this.choice.kind) {
      case "cloudfront":
        return cloudFrontIssuerUrl(this.choice);
      case "self-published":
        return this.choice.issuerUrl;
      default:
        return s3IssuerUrl(this.choice);
    }
  }

  /** The property that the issuer URL follows from. */
  private urlPath(): string[] {
    switch (this.choice.kind) {
      case "cloudfront":
        return ["domain", "name"];
      case "self-published":
        return ["issuerUrl"];
      default:
        return bucketNamePath(this.choice.bucket);
    }
  }

  private ownViolations(): Violation[] {
    switch (this.choice.kind) {
      case "cloudfront":
        return cloudFrontHostingViolations(this.choice);
      case "self-published":
        return selfPublishedHostingViolations(this.choice);
      default:
        return s3HostingViolations(this.choice);
    }
  }
}
