import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { answersOf, documentRemedy, isTlsError } from "./answers";

export const unreachable: DiagnosisRule = {
  code: "IRSA-DIAG-DOCUMENTS-UNREACHABLE",
  link: "documents",
  means:
    "The issuer's host does not answer: its name does not resolve, it refuses the connection, or it takes too long.",
  remedy: "Make the host answer on port 443 from the internet: AWS reads the documents from there.",
  answer: "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider",
  sources: [documentation.createProvider, documentation.assumeRole],
  find: (facts) =>
    answersOf(facts)
      .filter(({ status, error }) => status === undefined && !isTlsError(error))
      .map(({ name, url, error = "no answer" }) => ({
        what:
          error === "ENOTFOUND" || error === "EAI_AGAIN"
            ? `the host of ${name} has no address`
            : `the host of ${name} does not answer`,
        expected: "200",
        actual: `${error} at ${url}`,
        remedy: documentRemedy(url, "make the host answer on port 443 from the internet"),
      })),
};
