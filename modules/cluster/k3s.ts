import { apiServerFlags, type ApiServerProps, apiServerViolations } from "./api-server/flags";
import { assertNoViolations } from "./errors";
import { optional, pathRule } from "./rules";

/** What a k3s server must know to be the issuer that AWS trusts. */
export interface K3sProps extends ApiServerProps {
  /**
   * The data directory of k3s, where its own key lies.
   * @default "/var/lib/rancher/k3s"
   */
  readonly dataDir?: string;
}

/** The part of `/etc/rancher/k3s/config.yaml` that this module writes. */
export interface K3sConfig {
  readonly "kube-apiserver-arg": readonly string[];
}

/**
 * The part of `/etc/rancher/k3s/config.yaml`, the same on each server node, that makes a k3s cluster
 * sign its ServiceAccount tokens under the given issuer. The key stays k3s's own. So do the audiences
 * of the Kubernetes API, which k3s sets itself whatever the issuer. A cluster that runs has signed as
 * `https://kubernetes.default.svc.cluster.local`: give that as a previous issuer, or pods get 401 from
 * the Kubernetes API.
 *
 * @throws {ClusterConfigError} with every broken rule at once
 * @see {@link https://docs.k3s.io/cli/server#customized-flags-for-kubernetes-processes k3s server}
 */
export function k3sConfig(props: K3sProps): K3sConfig {
  const { dataDir = "/var/lib/rancher/k3s", publicKeyFiles = [] } = props;
  assertNoViolations([
    ...apiServerViolations(props, { "api-audiences": "is set by k3s and need not change" }),
    ...optional(pathRule, "dataDir", dataDir),
  ]);
  const own = `${dataDir}/server/tls/service.key`;
  const flags = apiServerFlags(
    props,
    publicKeyFiles.length === 0
      ? {}
      : { "service-account-key-file": [...new Set([own, ...publicKeyFiles])] },
  );
  return { "kube-apiserver-arg": flags.map(({ name, value }) => `${name}=${value}`) };
}
