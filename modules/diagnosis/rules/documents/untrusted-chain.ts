import type { CertificateEvidence } from "../../evidence";
import type { Facts } from "../../facts";
import { answersOf, isTlsError } from "./answers";

/** A chain of certificates that is not trusted. */
export interface UntrustedChain {
  readonly name: string;
  readonly reason: string;
  /** The last certificate that the host sends, whose thumbprint IAM takes. @default - not seen */
  readonly top?: CertificateEvidence;
  readonly chain: readonly CertificateEvidence[];
}

/** The chain that AWS sees at the JWKS, or else at the discovery document, if it is not trusted. */
export function untrustedChain(facts: Facts): UntrustedChain | undefined {
  for (const { name, chain = [], chainError, error } of answersOf(facts).reverse()) {
    const reason = chainError ?? (isTlsError(error) ? error : undefined);
    const top = chain.at(-1);
    if (reason !== undefined) {
      return { name, reason, chain, ...(top !== undefined && { top }) };
    }
  }
  return undefined;
}

/** Whether the identity provider has the thumbprint of one of the chain's authorities. */
export function isPinned({ chain }: UntrustedChain, { provider }: Facts): boolean {
  return (provider?.thumbprints ?? []).some((thumbprint) =>
    chain.some(({ sha1 }) => sha1.toLowerCase() === thumbprint.toLowerCase()),
  );
}
