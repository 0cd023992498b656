import { assertValid, checkText, nodePathRules, type Violation } from "../validation";
import {
  type ApiServerFlag,
  type ApiServerProps,
  apiServerViolations,
  buildApiServerFlags,
} from "./api-server/flags";

/** `v1beta3` writes extra arguments as a map, `v1beta4` (Kubernetes 1.31 and later) as a list. */
export type KubeadmVersion = "v1beta3" | "v1beta4";

/** What a kubeadm control plane needs to know to be the issuer that AWS trusts. */
export interface KubeadmProps extends ApiServerProps {
  /** The version of kubeadm's own configuration. */
  readonly apiVersion: KubeadmVersion;
  /**
   * The private key that signs, on every control-plane node; the controller manager signs with it too.
   * @default "/etc/kubernetes/pki/sa.key", made by kubeadm
   */
  readonly signingKeyFile?: string;
  /**
   * Audiences of the Kubernetes API. Left out, every issuer is one, which is what a change of the
   * issuer needs: tokens of a former issuer have it as their audience.
   * @default - every issuer
   */
  readonly apiAudiences?: readonly string[];
}

interface Volume {
  readonly name: string;
  readonly hostPath: string;
  readonly mountPath: string;
  readonly readOnly: true;
  readonly pathType: "File";
}

const versions: readonly KubeadmVersion[] = ["v1beta3", "v1beta4"];
/** kubeadm mounts this directory into its control-plane pods. */
const pki = "/etc/kubernetes/pki";
/**
 * The private key that a control-plane node of kubeadm signs with.
 *
 * @see {@link https://kubernetes.io/docs/setup/best-practices/certificates/ PKI certificates and requirements}
 *
 * @example
 * kubeadmKeyFile; // "/etc/kubernetes/pki/sa.key"
 */
export const kubeadmKeyFile = `${pki}/sa.key`;
const ownPublicKey = `${pki}/sa.pub`;

/**
 * The part of a kubeadm ClusterConfiguration that makes the cluster sign its ServiceAccount tokens
 * under the given issuer. A running cluster has signed as
 * `https://kubernetes.default.svc.cluster.local`: give that as an accepted issuer, or pods get 401
 * from the Kubernetes API.
 *
 * @throws {InvalidPropsError} one violation for each rule violated; `v1beta3` can repeat no flag
 * @see {@link https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ kubeadm v1beta4}
 * @see {@link https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta3/ kubeadm v1beta3}
 *
 * @example
 * formatYaml(
 *   buildKubeadmConfiguration({
 *     apiVersion: "v1beta4",
 *     issuerUrl: "https://oidc.example.org/prod",
 *     acceptedIssuers: [defaultClusterIssuer],
 *   }),
 * );
 */
export function buildKubeadmConfiguration(props: KubeadmProps): object {
  assertValid(kubeadmViolations(props));
  const { apiVersion, signingKeyFile = kubeadmKeyFile } = props;
  const privateKey = signingKeyFile === kubeadmKeyFile ? [] : [signingKeyFile];
  const publicKeys = publicKeyFiles(props);
  const flags = buildApiServerFlags(props, {
    ...(privateKey.length > 0 && { "service-account-signing-key-file": signingKeyFile }),
    ...(publicKeys.length > 0 && { "service-account-key-file": publicKeys }),
    ...(props.apiAudiences !== undefined && { "api-audiences": props.apiAudiences.join(",") }),
  });
  return {
    apiVersion: `kubeadm.k8s.io/${apiVersion}`,
    kind: "ClusterConfiguration",
    apiServer: {
      extraArgs: extraArgs(apiVersion, flags),
      ...extraVolumes([...new Set([...privateKey, ...publicKeys])]),
    },
    ...(privateKey.length > 0 && {
      controllerManager: {
        extraArgs: extraArgs(apiVersion, [
          { name: "service-account-private-key-file", value: signingKeyFile },
        ]),
        ...extraVolumes(privateKey),
      },
    }),
  };
}

/** The files to name; none when kubeadm's own is the only one. A private key file serves as well. */
function publicKeyFiles({ signingKeyFile, publicKeyFiles: others = [] }: KubeadmProps): string[] {
  const own =
    signingKeyFile === undefined || signingKeyFile === kubeadmKeyFile
      ? ownPublicKey
      : signingKeyFile;
  const files = [...new Set([own, ...others])];
  return files.length === 1 && own === ownPublicKey ? [] : files;
}

function kubeadmViolations(props: KubeadmProps): Violation[] {
  const { apiVersion, signingKeyFile = kubeadmKeyFile } = props;
  return [
    ...(versions.includes(apiVersion)
      ? []
      : [
          {
            path: ["apiVersion"],
            rule: `must be one of ${versions.join(", ")}`,
            given: apiVersion,
          },
        ]),
    ...apiServerViolations(props, {
      "service-account-signing-key-file": "comes from {signingKeyFile}",
    }),
    ...checkText(["signingKeyFile"], signingKeyFile, nodePathRules),
    ...(apiVersion === "v1beta3" ? mapViolations(props) : []),
  ];
}

/** `v1beta3` contains each flag once. */
function mapViolations(props: KubeadmProps): Violation[] {
  const once = "with v1beta3, whose map contains a flag once";
  const newer = "use v1beta4 (kubeadm 1.31 and later)";
  const lists = (["previousIssuers", "acceptedIssuers"] as const).filter(
    (property) => (props[property] ?? []).length > 0,
  );
  const repeated = Object.entries(props.extraApiServerArgs ?? {}).filter(([, value]) =>
    Array.isArray(value),
  );
  const oneFile = props.signingKeyFile === undefined ? ownPublicKey : "one file";
  return [
    ...lists.map((property) => ({ path: [property], rule: `must be empty ${once}; ${newer}` })),
    ...(publicKeyFiles(props).length > 1
      ? [
          {
            path: ["publicKeyFiles"],
            rule: `must be empty ${once}; append the keys to ${oneFile}, or ${newer}`,
          },
        ]
      : []),
    ...repeated.map(([flag, given]) => ({
      path: ["extraApiServerArgs", flag],
      rule: `must be a string ${once}`,
      given,
    })),
  ];
}

function extraArgs(apiVersion: KubeadmVersion, flags: readonly ApiServerFlag[]): object {
  return apiVersion === "v1beta4"
    ? flags.map(({ name, value }) => ({ name, value }))
    : Object.fromEntries(flags.map(({ name, value }) => [name, value]));
}

function extraVolumes(files: readonly string[]): { extraVolumes?: Volume[] } {
  const outside = files.filter((file) => !file.startsWith(`${pki}/`));
  if (outside.length === 0) return {};
  return {
    extraVolumes: outside.map((file, index) => ({
      name: `service-account-key-${index + 1}`,
      hostPath: file,
      mountPath: file,
      readOnly: true,
      pathType: "File",
    })),
  };
}
