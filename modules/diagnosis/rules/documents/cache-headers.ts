import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { answersOf } from "./answers";

export const cacheHeaders: DiagnosisRule = {
  code: "IRSA-DIAG-DOCUMENTS-CACHE",
  link: "documents",
  severity: "warning",
  means:
    "The host forbids caches to keep a document, so that AWS asks for it again and again and may be throttled.",
  remedy: "Send Cache-Control with a max-age, such as 3600, or leave the header out.",
  answer:
    "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider, at times",
  sources: [
    documentation.assumeRole,
    "https://repost.aws/knowledge-center/iam-sts-invalididentitytoken",
  ],
  find: (facts) =>
    answersOf(facts)
      .filter(({ headers }) =>
        /no-cache|no-store|max-age=0\b/i.test(headers["cache-control"] ?? ""),
      )
      .map(({ name, headers }) => ({
        what: `${name} must not be cached`,
        expected: "Cache-Control: max-age=3600, or none",
        actual: headers["cache-control"],
      })),
};
