import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { isPinned, untrustedChain } from "./untrusted-chain";

export const privateCa: DiagnosisRule = {
  code: "IRSA-DIAG-DOCUMENTS-PRIVATE-CA",
  link: "documents",
  means:
    "The certificate of the issuer's host is not one of a public certificate authority, or the host does not send the certificates between.",
  remedy:
    "Use a certificate of a public authority and send its whole chain, or give the identity provider the thumbprint of the chain's last certificate.",
  answer: "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
  sources: [documentation.thumbprint],
  consequenceOf: [
    "IRSA-DIAG-DOCUMENTS-CERTIFICATE-EXPIRED",
    "IRSA-DIAG-DOCUMENTS-CERTIFICATE-HOST",
  ],
  find: (facts) => {
    const untrusted = untrustedChain(facts);
    if (untrusted === undefined || (facts.provider?.thumbprints.length ?? 0) > 0) return [];
    if (isPinned(untrusted, facts)) return [];
    const { name, reason, top } = untrusted;
    return [
      {
        what: `the certificate of the host of ${name} is not of a public certificate authority: ${reason}`,
        expected: "a chain that ends at a public root",
        actual: top === undefined ? reason : `issued by ${top.issuer}`,
      },
    ];
  },
};
