import { trustRules } from "../../../trust";
import type { Finding } from "../../../validation";
import { documentation } from "../../documentation";
import { type Facts, flagOf, textOf } from "../../facts";
import { fromTrust } from "../from-trust";

const legacy = "IRSA-DIAG-TOKEN-LEGACY";
const link = "token";

/** What STS says about a token. */
export const tokenRules = [
  fromTrust("tokenAlgorithm", { link, sources: [documentation.createProvider] }),
  fromTrust("signature", {
    link,
    sources: [documentation.jwk],
    consequenceOf: ["IRSA-DIAG-API-KEYS-DIFFER", "IRSA-DIAG-KEYS-UNSOUND"],
  }),
  fromTrust("issuer", {
    link,
    sources: [documentation.createProvider],
    consequenceOf: [
      legacy,
      "IRSA-DIAG-API-ISSUER-FORM",
      "IRSA-DIAG-API-ISSUER-ORDER",
      "IRSA-DIAG-API-ISSUER-DEFAULT",
      "IRSA-DIAG-API-ISSUER-OTHER",
      "IRSA-DIAG-API-ISSUERS-DIFFER",
    ],
  }),
  fromTrust("audiences", { link, sources: [documentation.projectedTokens] }),
  fromTrust("audience", {
    link,
    sources: [documentation.createProviderApi],
    consequenceOf: [legacy, "IRSA-DIAG-PROVIDER-AUDIENCE"],
    findings: unaskedAudience,
  }),
  fromTrust("subject", { link, sources: [documentation.serviceAccountTokens] }),
  fromTrust("expiry", {
    link,
    sources: [documentation.serviceAccountTokens],
    consequenceOf: [legacy],
  }),
  fromTrust("expired", { link, sources: [documentation.projectedTokens] }),
  fromTrust("notYetValid", {
    link,
    sources: [documentation.assumeRole],
    consequenceOf: ["IRSA-DIAG-CLOCK-AHEAD"],
  }),
];

/** Without the audience that the ServiceAccount or the webhook asks for: these have rules of their own. */
function unaskedAudience({ trust, token, serviceAccount, prefix, hooks = [] }: Facts): Finding[] {
  const asked = [
    serviceAccount?.annotations[`${prefix}/audience`],
    ...hooks.map((hook) => flagOf(hook, "token-audience")),
  ];
  const given = [token?.claims.aud].flat().map(textOf);
  return trust.filter(
    ({ code }) =>
      code !== trustRules.audience.code || !given.some((audience) => asked.includes(audience)),
  );
}
