import { documentation } from "../../documentation";
import { fromTrust } from "../from-trust";

const issuerCodes = [
  "IRSA-DIAG-API-ISSUER-FORM",
  "IRSA-DIAG-API-ISSUER-ORDER",
  "IRSA-DIAG-API-ISSUER-DEFAULT",
  "IRSA-DIAG-API-ISSUER-OTHER",
  "IRSA-DIAG-API-ISSUERS-DIFFER",
];

/** What STS says about a token. */
export const tokenRules = [
  fromTrust("tokenAlgorithm", { link: "token", sources: [documentation.createProvider] }),
  fromTrust("signature", { link: "token", sources: [documentation.jwk] }),
  fromTrust("issuer", {
    link: "token",
    sources: [documentation.createProvider],
    consequenceOf: [...issuerCodes],
  }),
  fromTrust("audiences", { link: "token", sources: [documentation.projectedTokens] }),
  fromTrust("audience", { link: "token", sources: [documentation.createProviderApi] }),
  fromTrust("subject", { link: "token", sources: [documentation.serviceAccountTokens] }),
  fromTrust("expiry", { link: "token", sources: [documentation.serviceAccountTokens] }),
  fromTrust("expired", { link: "token", sources: [documentation.projectedTokens] }),
  fromTrust("notYetValid", { link: "token", sources: [documentation.assumeRole] }),
];
