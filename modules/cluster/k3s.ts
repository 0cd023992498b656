import { assertValid, checkText, nodePathRules } from "../validation";
import { type ApiServerProps, apiServerViolations, buildApiServerFlags } from "./api-server/flags";

/** What a k3s server needs to know to be the issuer that AWS trusts. */
export interface K3sProps extends ApiServerProps {
  /**
   * The data directory of k3s, which contains its own key.
   * @default "/var/lib/rancher/k3s"
   */
  readonly dataDir?: string;
}

/** The part of a `config.yaml` of k3s or RKE2 that these modules write. */
export interface K3sConfiguration {
  readonly "kube-apiserver-arg": readonly string[];
}

/**
 * The part of `/etc/rancher/k3s/config.yaml`, the same on each server node, that makes a k3s cluster
 * sign its ServiceAccount tokens under the given issuer. The key stays k3s's own. So do the audiences
 * of the Kubernetes API, which k3s sets itself whatever the issuer. A running cluster has signed as
 * `https://kubernetes.default.svc.cluster.local`: give that as an accepted issuer, or pods get 401
 * from the Kubernetes API.
 *
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://docs.k3s.io/cli/server#customized-flags-for-kubernetes-processes k3s server}
 *
 * @example
 * formatYaml(buildK3sConfiguration({ issuerUrl: "https://oidc.example.org/prod" }));
 */
export function buildK3sConfiguration(props: K3sProps): K3sConfiguration {
  const { dataDir = "/var/lib/rancher/k3s", publicKeyFiles = [] } = props;
  assertValid([
    ...apiServerViolations(props, {
      "api-audiences": "cannot be set: k3s sets it, and it need not change",
    }),
    ...checkText(["dataDir"], dataDir, nodePathRules),
  ]);
  const own = `${dataDir}/server/tls/service.key`;
  const flags = buildApiServerFlags(
    props,
    publicKeyFiles.length === 0
      ? {}
      : { "service-account-key-file": [...new Set([own, ...publicKeyFiles])] },
  );
  return { "kube-apiserver-arg": flags.map(({ name, value }) => `${name}=${value}`) };
}
