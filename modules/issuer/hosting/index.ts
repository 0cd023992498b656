export type { CloudFrontHostingProps, CustomDomain } from "./cloudfront-hosting";
export type { AccessLogsProps, BucketProps } from "./document-bucket";
export type { DocumentHosting } from "./document-hosting";
export { Hosting } from "./hosting";
export { checkRegisteredIssuerUrl } from "./issuer-location";
export type { S3HostingProps, S3VirtualHostedHostingProps } from "./s3-hosting";
export type { SelfPublishedHostingProps } from "./self-published-hosting";
