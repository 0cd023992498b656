import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { answersOf } from "./answers";

/** What hosts send that AWS is known to read documents from: S3's default and GitHub's among them. */
const known = /^(application\/(jwk-set\+)?json|(binary|application)\/octet-stream|text\/plain)\b/i;

export const contentType: DiagnosisRule = {
  code: "IRSA-DIAG-DOCUMENTS-CONTENT-TYPE",
  link: "documents",
  severity: "info",
  means:
    "A document has an unusual content type. AWS reads documents with S3's binary/octet-stream and with text/plain, too.",
  remedy: "Send application/json, as OpenID Connect Discovery asks for.",
  sources: [documentation.discovery],
  find: (facts) =>
    answersOf(facts)
      .filter(
        ({ status: code, headers }) =>
          code === 200 && !known.test(headers["content-type"] ?? "text/plain"),
      )
      .map(({ name, headers }) => ({
        what: `${name} has an unusual content type`,
        expected: "application/json",
        actual: headers["content-type"],
      })),
};
