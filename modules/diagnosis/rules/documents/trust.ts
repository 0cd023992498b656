import { documentation } from "../../documentation";
import { fromTrust } from "../from-trust";

const link = "documents";

/** What STS says about the published documents. */
export const documentRules = [
  fromTrust("discoveryForm", { link, sources: [documentation.discovery] }),
  fromTrust("discoveryIssuer", { link, sources: [documentation.discovery] }),
  fromTrust("discoveryJwksUri", { link, sources: [documentation.discovery] }),
  fromTrust("jwksForm", { link, sources: [documentation.jwk] }),
  fromTrust("tokenKey", {
    link,
    sources: [documentation.issuerDiscovery],
    consequenceOf: ["IRSA-DIAG-KEYS-NONE", "IRSA-DIAG-API-KEYS-DIFFER"],
  }),
  fromTrust("keyUse", { link, sources: [documentation.jwk] }),
  fromTrust("keyAlgorithm", { link, sources: [documentation.jwk] }),
  fromTrust("keyEncoding", { link, sources: [documentation.jwa] }),
];
