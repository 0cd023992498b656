import { documentation } from "../../documentation";
import { timeOf } from "../../facts";
import type { DiagnosisRule } from "../../rule";
import { answersOf, documentRemedy } from "./answers";

export const certificateExpired: DiagnosisRule = {
  code: "IRSA-DIAG-DOCUMENTS-CERTIFICATE-EXPIRED",
  link: "documents",
  means: "The certificate of the issuer's host has expired, or is not valid yet.",
  remedy: "Renew the certificate.",
  answer: "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider",
  sources: [documentation.createProvider],
  find: (facts) =>
    answersOf(facts).flatMap(({ name, url, error, chain = [] }) => {
      const expired = chain.find(({ notBefore, notAfter }) => {
        const [from, until] = [timeOf(notBefore), timeOf(notAfter)];
        const { now } = facts;
        return (
          now !== undefined &&
          ((until !== undefined && until < now) || (from !== undefined && from > now))
        );
      });
      if (expired === undefined && error !== "CERT_HAS_EXPIRED") return [];
      return [
        {
          what: `the certificate of the host of ${name} is not valid now`,
          expected: "a certificate that is valid",
          actual:
            expired === undefined
              ? "it has expired"
              : `${expired.subject}: ${expired.notBefore} to ${expired.notAfter}`,
          remedy: documentRemedy(url, "renew the certificate"),
        },
      ];
    }),
};
