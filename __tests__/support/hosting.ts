import { type BucketProps, type CloudFrontHostingProps, Hosting } from "../../modules/issuer";

/** A way of hosting as one flat object, which tests vary a member of. */
export interface HostingOptions extends Partial<Omit<BucketProps, "name">> {
  readonly kind?: "s3" | "s3-virtual-hosted" | "cloudfront" | "self-published";
  readonly bucketName?: string;
  readonly region?: string;
  readonly publicBy?: "acl" | "policy";
  readonly domain?: { readonly name: string; readonly certificateArn: string };
  readonly priceClass?: CloudFrontHostingProps["priceClass"];
  readonly issuerUrl?: string;
}

export function hostingFrom(options: HostingOptions): Hosting {
  const { kind = "s3", bucketName = "", region, publicBy, domain, issuerUrl = "" } = options;
  const { priceClass, existing, prefix, forceDestroy, versioning, encryption, accessLogs } =
    options;
  const settings = { existing, prefix, forceDestroy, versioning, encryption, accessLogs };
  const isPlain = Object.values(settings).every((setting) => setting === undefined);
  const bucket = isPlain ? bucketName : { name: bucketName, ...settings };
  switch (kind) {
    case "s3":
      return Hosting.s3({ bucket, region, publicBy });
    case "s3-virtual-hosted":
      return Hosting.s3VirtualHosted({ bucket, region });
    case "cloudfront":
      return Hosting.cloudFront({ bucket, region, domain, priceClass });
    case "self-published":
      return Hosting.selfPublished({ issuerUrl });
  }
}
