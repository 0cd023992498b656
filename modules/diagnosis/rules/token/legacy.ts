import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const legacyToken: DiagnosisRule = {
  code: "IRSA-DIAG-TOKEN-LEGACY",
  link: "token",
  means: "The token is of a Secret, without audience and expiry, which AWS does not take.",
  remedy: "Mount a projected token, as the webhook does.",
  answer: "InvalidIdentityToken: Missing a required claim",
  sources: [documentation.serviceAccountTokens, documentation.projectedTokens],
  find: ({ token }) =>
    when(token?.claims.iss === "kubernetes/serviceaccount", {
      what: "the token is of a Secret, not a projected one",
      expected: "a projected token with audience and expiry",
      actual: "iss: kubernetes/serviceaccount",
    }),
};
