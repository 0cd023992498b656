import { documentation } from "../../documentation";
import { issuerRemedy } from "../../remedies";
import type { DiagnosisRule } from "../../rule";
import { wrongIssuers } from "./wrong-issuers";

export const issuerOrder: DiagnosisRule = {
  code: "IRSA-DIAG-API-ISSUER-ORDER",
  link: "api-server",
  means:
    "The API server signs as an issuer that it should accept only: of several issuers the first one signs.",
  remedy: "Put the issuer that AWS trusts first, and those to accept after it.",
  answer: "InvalidIdentityToken: No OpenIDConnect provider found in your account",
  sources: [documentation.apiServerFlags],
  find: (facts) =>
    wrongIssuers(facts, "order").map(({ issuer, who }) => ({
      what: `${who} signs as an issuer that is to be accepted only`,
      expected: facts.intended?.issuerUrl,
      actual: issuer,
      remedy: issuerRemedy(facts),
    })),
};
