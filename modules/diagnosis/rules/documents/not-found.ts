import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { answersOf, documentRemedy } from "./answers";

export const notFound: DiagnosisRule = {
  code: "IRSA-DIAG-DOCUMENTS-NOT-FOUND",
  link: "documents",
  means: "A published document is missing at its URL.",
  remedy: "Publish it: apply the cluster's stack, or upload the output of `irsa documents`.",
  answer: "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider",
  sources: [documentation.discovery, documentation.createProvider],
  find: (facts) =>
    answersOf(facts)
      .filter(({ status }) => status === 404 || status === 410)
      .map(({ name, url, status, body = "" }) => ({
        what: `${name} is missing${body.includes("NoSuchBucket") ? ": there is no such bucket" : ""}`,
        expected: "200",
        actual: `${status} at ${url}`,
        remedy: documentRemedy(
          url,
          url.includes("/.well-known/")
            ? "publish it: apply the cluster's stack; GitHub Pages needs a file .nojekyll to serve names that begin with a dot"
            : "publish it: apply the cluster's stack",
        ),
      })),
};
