import { assertValid, checkText, nodePathRules } from "../validation";
import { type ApiServerProps, apiServerViolations, buildApiServerFlags } from "./api-server/flags";

/** Distributions that take the same configuration file. */
export type K3sDistribution = "k3s" | "rke2";

/** What a k3s or RKE2 server needs to know to be the issuer that AWS trusts. */
export interface K3sProps extends ApiServerProps {
  /** @default "k3s" */
  readonly distribution?: K3sDistribution;
  /**
   * The data directory, which contains the cluster's own key.
   * @default - `/var/lib/rancher/k3s` or `/var/lib/rancher/rke2`
   */
  readonly dataDir?: string;
}

/**
 * Where a server of a distribution keeps its own key.
 *
 * @example
 * k3sKeyFile({ distribution: "rke2" }); // "/var/lib/rancher/rke2/server/tls/service.key"
 */
export function k3sKeyFile({
  distribution = "k3s",
  dataDir,
}: Pick<K3sProps, "dataDir" | "distribution">): string {
  return `${dataDir ?? `/var/lib/rancher/${distribution}`}/server/tls/service.key`;
}

/** The part of a `config.yaml` of k3s or RKE2 that these modules write. */
export interface K3sConfiguration {
  readonly "kube-apiserver-arg": readonly string[];
}

/**
 * The part of `/etc/rancher/k3s/config.yaml`, or of RKE2's, the same on each server node, that makes a
 * cluster sign its ServiceAccount tokens under the given issuer. The key stays the cluster's own. So do
 * the audiences of the Kubernetes API, which k3s sets itself whatever the issuer. A running cluster has signed as
 * `https://kubernetes.default.svc.cluster.local`: give that as an accepted issuer, or pods get 401
 * from the Kubernetes API.
 *
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://docs.k3s.io/cli/server#customized-flags-for-kubernetes-processes k3s server}
 * @see {@link https://docs.rke2.io/reference/server_config RKE2 server configuration}
 *
 * @example
 * formatYaml(buildK3sConfiguration({ issuerUrl: "https://oidc.example.org/prod" }));
 */
export function buildK3sConfiguration(props: K3sProps): K3sConfiguration {
  const { distribution = "k3s", dataDir, publicKeyFiles = [] } = props;
  assertValid([
    ...apiServerViolations(props, {
      "api-audiences": `cannot be set: ${distribution} sets it, and it need not change`,
    }),
    ...(dataDir === undefined ? [] : checkText(["dataDir"], dataDir, nodePathRules)),
  ]);
  const own = k3sKeyFile(props);
  const flags = buildApiServerFlags(
    props,
    publicKeyFiles.length === 0
      ? {}
      : { "service-account-key-file": [...new Set([own, ...publicKeyFiles])] },
  );
  return { "kube-apiserver-arg": flags.map(({ name, value }) => `${name}=${value}`) };
}
