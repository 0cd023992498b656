import { KeyUsageFlags } from "@peculiar/asn1-x509";
import { toBase64 } from "./base64";
import { issueClientCertificate } from "./client-certificate";
import type { CertificateAuthority } from "./machine-secrets";

/** Whom a talosconfig is for. */
export interface TalosconfigProps {
  readonly clusterName: string;
  readonly role: string;
  readonly endpoints: readonly string[];
  /** @default - talosctl asks for --nodes */
  readonly nodes?: readonly string[];
  readonly validForSeconds: number;
}

/**
 * A talosconfig with a new client certificate, as `talosctl config new` makes one.
 *
 * @see {@link https://docs.siderolabs.com/talos/v1.13/security/rbac Talos' roles}
 */
export function buildTalosconfig(
  authority: CertificateAuthority,
  { clusterName, role, endpoints, nodes, validForSeconds }: TalosconfigProps,
): { readonly config: object; readonly notAfter: Date } {
  const { certificate, key, notAfter } = issueClientCertificate(authority, {
    organization: role,
    keyUsage: KeyUsageFlags.digitalSignature,
    validForSeconds,
  });
  const context = {
    endpoints,
    ...(nodes !== undefined && { nodes }),
    ca: toBase64(authority.certificatePem),
    crt: toBase64(certificate),
    key: toBase64(key),
  };
  return { config: { context: clusterName, contexts: { [clusterName]: context } }, notAfter };
}
