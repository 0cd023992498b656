import { checkIssuerUrl } from "../../../documents";
import { formatViolation } from "../../../validation";
import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";

export const issuerUrl: DiagnosisRule = {
  code: "IRSA-DIAG-ISSUER-URL",
  link: "documents",
  means:
    "The issuer's URL is not one that IAM takes: it has a port, a query, an address in place of a name, or no https.",
  remedy: "Choose an https URL with a public DNS name, without port and query.",
  answer: "InvalidIdentityToken: No OpenIDConnect provider found in your account",
  sources: [documentation.createProviderApi],
  find: ({ intended }) =>
    intended === undefined
      ? []
      : checkIssuerUrl(["issuerUrl"], intended.issuerUrl, { isRegistered: true }).map(
          (violation) => ({
            what: formatViolation({ path: violation.path, rule: violation.rule }),
            actual: intended.issuerUrl,
          }),
        ),
};
