import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const issuersDiffer: DiagnosisRule = {
  code: "IRSA-DIAG-API-ISSUERS-DIFFER",
  link: "api-server",
  means: "The API servers of the cluster sign as different issuers, so that some pods are refused.",
  remedy: "Give each API server the same issuers, in the same order.",
  answer: "InvalidIdentityToken: No OpenIDConnect provider found in your account, for some pods",
  sources: [documentation.apiServerFlags],
  find: ({ apiServers = [], intended }) => {
    const known = apiServers.filter(({ issuer }) => issuer !== undefined);
    const issuers = new Set(known.map(({ issuer }) => issuer));
    return when(intended === undefined && issuers.size > 1, {
      what: "the API servers sign as different issuers",
      expected: "one issuer",
      actual: known.map(({ endpoint, issuer }) => `${endpoint}: ${issuer}`).join(", "),
    });
  },
};
