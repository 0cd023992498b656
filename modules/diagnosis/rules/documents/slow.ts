import type { DiagnosisRule } from "../../rule";
import { answersOf, documentRemedy } from "./answers";

/** What AWS waits, in milliseconds. */
const patience = 5000;

export const slow: DiagnosisRule = {
  code: "IRSA-DIAG-DOCUMENTS-SLOW",
  link: "documents",
  severity: "warning",
  means: "A document takes longer than the 5 seconds that AWS waits, as seen from here.",
  remedy: "Serve the documents from static storage, such as S3 or CloudFront.",
  answer:
    "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider, at times",
  sources: ["https://repost.aws/knowledge-center/iam-sts-invalididentitytoken"],
  find: (facts) =>
    answersOf(facts)
      .filter(({ status: code, milliseconds }) => code !== undefined && milliseconds > patience)
      .map(({ name, url, milliseconds }) => ({
        what: `${name} takes longer than AWS waits`,
        expected: "at most 5 s",
        actual: `${(milliseconds / 1000).toFixed(1)} s`,
        remedy: documentRemedy(url, "serve the documents from static storage, such as S3"),
      })),
};
