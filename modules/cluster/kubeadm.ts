import {
  type ApiServerFlag,
  apiServerFlags,
  type ApiServerProps,
  apiServerViolations,
} from "./api-server/flags";
import { assertNoViolations } from "./errors";
import { optional, pathRule, violation } from "./rules";

/** `v1beta3` writes extra arguments as a map, `v1beta4` (Kubernetes 1.31 and later) as a list. */
export type KubeadmVersion = "v1beta3" | "v1beta4";

/** What a kubeadm control plane must know to be the issuer that AWS trusts. */
export interface KubeadmProps extends ApiServerProps {
  readonly version: KubeadmVersion;
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
const ownPrivateKey = `${pki}/sa.key`;
const ownPublicKey = `${pki}/sa.pub`;

/**
 * The part of a kubeadm ClusterConfiguration that makes the cluster sign its ServiceAccount tokens
 * under the given issuer. A cluster that runs has signed as
 * `https://kubernetes.default.svc.cluster.local`: give that as a previous issuer, or pods get 401
 * from the Kubernetes API.
 *
 * @throws {ClusterConfigError} with every broken rule at once; `v1beta3` can repeat no flag
 * @see {@link https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ kubeadm v1beta4}
 * @see {@link https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta3/ kubeadm v1beta3}
 */
export function kubeadmClusterConfiguration(props: KubeadmProps): object {
  assertNoViolations(violations(props));
  const { version, signingKeyFile = ownPrivateKey } = props;
  const privateKey = signingKeyFile === ownPrivateKey ? [] : [signingKeyFile];
  const publicKeys = publicKeyFiles(props);
  const flags = apiServerFlags(props, {
    ...(privateKey.length > 0 && { "service-account-signing-key-file": signingKeyFile }),
    ...(publicKeys.length > 0 && { "service-account-key-file": publicKeys }),
    ...(props.apiAudiences !== undefined && { "api-audiences": props.apiAudiences.join(",") }),
  });
  return {
    apiVersion: `kubeadm.k8s.io/${version}`,
    kind: "ClusterConfiguration",
    apiServer: {
      extraArgs: extraArgs(version, flags),
      ...extraVolumes([...new Set([...privateKey, ...publicKeys])]),
    },
    ...(privateKey.length > 0 && {
      controllerManager: {
        extraArgs: extraArgs(version, [
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
    signingKeyFile === undefined || signingKeyFile === ownPrivateKey
      ? ownPublicKey
      : signingKeyFile;
  const files = [...new Set([own, ...others])];
  return files.length === 1 && own === ownPublicKey ? [] : files;
}

function violations(props: KubeadmProps): string[] {
  const { version, previousIssuers = [], apiAudiences } = props;
  const found = [
    ...violation(
      "version",
      versions.includes(version),
      `be one of ${versions.join(", ")}`,
      version,
    ),
    ...apiServerViolations(props, {
      "service-account-signing-key-file": "is said elsewhere: give 'signingKeyFile'",
    }),
    ...optional(pathRule, "signingKeyFile", props.signingKeyFile),
  ];
  if (apiAudiences?.length === 0) {
    found.push("'apiAudiences' must not be empty: leave it out to accept every issuer as one");
  }
  if (version !== "v1beta3") return found;
  if (previousIssuers.length > 0) {
    found.push(
      "'previousIssuers' must be empty with v1beta3, whose map holds a flag once; use v1beta4 (kubeadm 1.31 and later)",
    );
  }
  if (publicKeyFiles(props).length > 1) {
    found.push(
      `'publicKeyFiles' must be empty with v1beta3, whose map holds a flag once; append the keys to ${props.signingKeyFile === undefined ? ownPublicKey : "one file"}, or use v1beta4 (kubeadm 1.31 and later)`,
    );
  }
  const repeated = Object.entries(props.extraApiServerArgs ?? {}).filter(([, value]) =>
    Array.isArray(value),
  );
  return [
    ...found,
    ...repeated.map(
      ([flag]) =>
        `'extraApiServerArgs.${flag}' must be a string with v1beta3, whose map holds a flag once`,
    ),
  ];
}

function extraArgs(version: KubeadmVersion, flags: readonly ApiServerFlag[]): object {
  return version === "v1beta4"
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
