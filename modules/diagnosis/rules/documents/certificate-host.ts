import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { answersOf } from "./answers";

export const certificateHost: DiagnosisRule = {
  code: "IRSA-DIAG-DOCUMENTS-CERTIFICATE-HOST",
  link: "documents",
  means:
    "The certificate is for another host. A bucket's name with periods is such a case: S3's wildcard covers one label.",
  remedy:
    "Use a certificate with the host's name; for a bucket with periods the path-style URL, https://s3.REGION.amazonaws.com/BUCKET.",
  answer: "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider",
  sources: [
    documentation.createProvider,
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html",
  ],
  find: (facts) =>
    answersOf(facts)
      .filter(({ error, chainError }) =>
        [error, chainError].includes("ERR_TLS_CERT_ALTNAME_INVALID"),
      )
      .map(({ name, url, chain = [] }) => ({
        what: `the certificate of the host of ${name} is for another host`,
        expected: /^https:\/\/([^/:]+)/.exec(url)?.[1],
        actual: chain[0]?.subject,
      })),
};
