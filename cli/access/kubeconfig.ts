import { KeyUsageFlags } from "@peculiar/asn1-x509";
import { toBase64 } from "./base64";
import { issueClientCertificate } from "./client-certificate";
import type { CertificateAuthority } from "./machine-secrets";

/** Which cluster a kubeconfig is for, and how long. */
export interface KubeconfigProps {
  readonly clusterName: string;
  /** URL of the API server. */
  readonly server: string;
  readonly validForSeconds: number;
}

/**
 * An administrator's kubeconfig with a new client certificate, as `talosctl kubeconfig` makes one: common
 * name `admin`, group `system:masters`.
 */
export function buildKubeconfig(
  authority: CertificateAuthority,
  { clusterName, server, validForSeconds }: KubeconfigProps,
): { readonly config: object; readonly notAfter: Date } {
  const { certificate, key, notAfter } = issueClientCertificate(authority, {
    commonName: "admin",
    organization: "system:masters",
    keyUsage: KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment,
    validForSeconds,
  });
  const user = `admin@${clusterName}`;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: clusterName,
        cluster: { server, "certificate-authority-data": toBase64(authority.certificatePem) },
      },
    ],
    users: [
      {
        name: user,
        user: {
          "client-certificate-data": toBase64(certificate),
          "client-key-data": toBase64(key),
        },
      },
    ],
    contexts: [{ name: user, context: { cluster: clusterName, namespace: "default", user } }],
    "current-context": user,
  };
  return { config, notAfter };
}
