import { documentation } from "../../documentation";
import { issuerRemedy } from "../../remedies";
import type { DiagnosisRule } from "../../rule";
import { wrongIssuers } from "./wrong-issuers";

export const issuerDefault: DiagnosisRule = {
  code: "IRSA-DIAG-API-ISSUER-DEFAULT",
  link: "api-server",
  means:
    "The API server signs as its distribution's own issuer: it has not been given the issuer that AWS trusts.",
  remedy: "Apply what `irsa cluster-config` writes to each control-plane node.",
  answer: "InvalidIdentityToken: No OpenIDConnect provider found in your account",
  sources: [documentation.apiServerFlags, documentation.issuerDiscovery],
  find: (facts) =>
    wrongIssuers(facts, "default").map(({ issuer, who }) => ({
      what: `${who} still signs as the cluster's default issuer`,
      expected: facts.intended?.issuerUrl,
      actual: issuer,
      remedy: issuerRemedy(facts),
    })),
};
