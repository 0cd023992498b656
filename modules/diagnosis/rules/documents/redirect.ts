import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { answersOf } from "./answers";

export const redirect: DiagnosisRule = {
  code: "IRSA-DIAG-DOCUMENTS-REDIRECT",
  link: "documents",
  means: "The host redirects the request for a document, and AWS does not follow.",
  remedy:
    "Serve the document at the issuer's own URL; a bucket in another region than its URL says redirects, too.",
  answer: "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider",
  sources: [documentation.createProvider],
  find: (facts) =>
    answersOf(facts)
      .filter(({ status = 0 }) => status >= 300 && status < 400)
      .map(({ name, url, status, headers }) => ({
        what: `${name} is elsewhere: the host redirects`,
        expected: `200 at ${url}`,
        actual: `${status}${headers.location === undefined ? "" : ` to ${headers.location}`}`,
      })),
};
