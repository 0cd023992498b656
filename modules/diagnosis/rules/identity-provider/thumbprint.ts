import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { isPinned, untrustedChain } from "../documents/untrusted-chain";

export const thumbprint: DiagnosisRule = {
  code: "IRSA-DIAG-PROVIDER-THUMBPRINT",
  link: "identity-provider",
  means:
    "The issuer's host has a certificate of a private authority, and the provider's thumbprints are of other certificates.",
  remedy: "Use a certificate of a public authority, or give the provider the chain's thumbprint.",
  answer:
    "InvalidIdentityToken: OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
  sources: [documentation.thumbprint],
  consequenceOf: [
    "IRSA-DIAG-DOCUMENTS-CERTIFICATE-EXPIRED",
    "IRSA-DIAG-DOCUMENTS-CERTIFICATE-HOST",
  ],
  find: (facts) => {
    const untrusted = untrustedChain(facts);
    const { provider } = facts;
    if (untrusted?.top === undefined || provider === undefined) return [];
    if (provider.thumbprints.length === 0 || isPinned(untrusted, facts)) return [];
    return [
      {
        what: "the provider's thumbprint is not of the host's chain, which no public authority has issued",
        expected: untrusted.top.sha1,
        actual: provider.thumbprints.join(", "),
        remedy: `Set thumbprint: [${untrusted.top.sha1}] in irsa.yaml and apply, or use a certificate of a public authority.`,
      },
    ];
  },
};
