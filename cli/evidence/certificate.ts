import { X509Certificate } from "node:crypto";
import type { CertificateEvidence } from "../../modules/diagnosis";

/** What matters of a certificate. */
export function certificateEvidence(certificate: X509Certificate): CertificateEvidence {
  const { subject, issuer, validFrom, validTo, fingerprint } = certificate;
  return {
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    notBefore: new Date(validFrom).toISOString(),
    notAfter: new Date(validTo).toISOString(),
    sha1: fingerprint.replaceAll(":", "").toLowerCase(),
  };
}

/** The certificates of a PEM file, other blocks left out; those that cannot be read, too. */
export function certificatesOfPem(pem: string): CertificateEvidence[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [certificateEvidence(new X509Certificate(block))];
    } catch {
      return [];
    }
  });
}

function oneLine(name: string | undefined): string {
  return (name ?? "").replaceAll("\n", ", ");
}
