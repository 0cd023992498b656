import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { answersOf, documentRemedy } from "./answers";

const ownRules = [200, 401, 403, 404, 410];

export const status: DiagnosisRule = {
  code: "IRSA-DIAG-DOCUMENTS-STATUS",
  link: "documents",
  means: "The host answers the request for a document with an error, such as 429 or 503.",
  remedy: "Look why the host fails; AWS asks again at each role assumption that it has not cached.",
  answer:
    "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider, or IDPCommunicationError",
  sources: [documentation.assumeRole],
  find: (facts) =>
    answersOf(facts)
      .filter(({ status: code }) => code !== undefined && !ownRules.includes(code))
      .filter(({ status: code = 0 }) => code < 300 || code >= 400)
      .map(({ name, url, status: code }) => ({
        what: `the host fails to serve ${name}`,
        expected: "200",
        actual: `${code} at ${url}`,
        remedy: documentRemedy(url, "look why the host fails"),
      })),
};
