import { documentation } from "../../documentation";
import { timeOf } from "../../facts";
import type { DiagnosisRule } from "../../rule";
import { deploymentOf } from "./hook";

export const webhookCertificateExpired: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-CERTIFICATE-EXPIRED",
  link: "webhook",
  means: "The webhook's certificate, or its authority in the CA bundle, has expired.",
  remedy:
    "Renew it; cert-manager does so by itself, and the webhook reads it anew when it restarts.",
  sources: [documentation.admissionWebhooks],
  find: ({ hooks = [], now }) =>
    hooks.flatMap((hook) => {
      const valid = hook.authorities.filter(({ notAfter }) => !isPast(notAfter, now));
      const [authority] = valid.length === 0 ? hook.authorities : [];
      return [hook.certificate, authority].flatMap((certificate) =>
        certificate === undefined || !isPast(certificate.notAfter, now)
          ? []
          : [
              {
                what: `a certificate of webhook ${hook.name} has expired`,
                expected: "a certificate that is valid",
                actual: `${certificate.subject}, until ${certificate.notAfter}`,
                remedy: `\`kubectl get certificates -A\` shows whether cert-manager renews it; then \`kubectl rollout restart ${deploymentOf(hook)}\`.`,
              },
            ],
      );
    }),
};

function isPast(time: string, now: Date | undefined): boolean {
  const date = timeOf(time);
  return date !== undefined && now !== undefined && date < now;
}
