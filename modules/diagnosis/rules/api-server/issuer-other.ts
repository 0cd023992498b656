import { documentation } from "../../documentation";
import { issuerRemedy } from "../../remedies";
import type { DiagnosisRule } from "../../rule";
import { wrongIssuers } from "./wrong-issuers";

export const issuerOther: DiagnosisRule = {
  code: "IRSA-DIAG-API-ISSUER-OTHER",
  link: "api-server",
  means: "The API server signs as another issuer than the one that is configured for the cluster.",
  remedy:
    "Give each API server the cluster's issuer as the first one; keep the former one accepted until its tokens have expired.",
  answer: "InvalidIdentityToken: No OpenIDConnect provider found in your account",
  sources: [documentation.apiServerFlags],
  find: (facts) =>
    wrongIssuers(facts, "other").map(({ issuer, who }) => ({
      what: `${who} signs as another issuer`,
      expected: facts.intended?.issuerUrl,
      actual: issuer,
      remedy: issuerRemedy(facts),
    })),
};
