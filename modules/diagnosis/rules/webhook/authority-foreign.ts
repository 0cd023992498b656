import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";

export const authorityForeign: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-CA-FOREIGN",
  link: "webhook",
  means:
    "The CA bundle of the webhook's configuration is not of the authority that issued the webhook's certificate.",
  remedy:
    "Let cert-manager's CA injector write the bundle, or write it anew after a new certificate.",
  sources: [documentation.admissionWebhooks],
  consequenceOf: ["IRSA-DIAG-WEBHOOK-CA-MISSING"],
  find: ({ hooks = [] }) =>
    hooks.flatMap(({ name, authorities, certificate }) =>
      certificate === undefined ||
      authorities.length === 0 ||
      authorities.some(
        ({ subject, sha1 }) => subject === certificate.issuer || sha1 === certificate.sha1,
      )
        ? []
        : [
            {
              what: `the CA bundle of webhook ${name} is of another authority than its certificate`,
              expected: certificate.issuer,
              actual: authorities.map(({ subject }) => subject).join(", "),
              remedy:
                "Restart cert-manager's cainjector, or write the bundle anew: it must contain the certificate's issuer.",
            },
          ],
    ),
};
