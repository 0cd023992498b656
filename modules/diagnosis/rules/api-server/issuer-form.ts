import { describeUrlDifference } from "../../../validation";
import { documentation } from "../../documentation";
import { issuerRemedy } from "../../remedies";
import type { DiagnosisRule } from "../../rule";
import { wrongIssuers } from "./wrong-issuers";

export const issuerForm: DiagnosisRule = {
  code: "IRSA-DIAG-API-ISSUER-FORM",
  link: "api-server",
  means:
    "The API server signs as the issuer that AWS trusts, written another way: a slash, upper case or a port. AWS compares byte by byte.",
  remedy: "Write the same URL as the first --service-account-issuer of each API server.",
  answer: "InvalidIdentityToken: No OpenIDConnect provider found in your account",
  sources: [documentation.apiServerFlags, documentation.createProvider],
  find: (facts) =>
    wrongIssuers(facts, "form").map(({ issuer, who }) => {
      const expected = facts.intended?.issuerUrl ?? "";
      return {
        what: `${who} signs as another spelling of the issuer: they differ in ${describeUrlDifference(expected, issuer)}`,
        expected,
        actual: issuer,
        remedy: issuerRemedy(facts),
      };
    }),
};
