import { Option } from "commander";
import * as shared from "../../input/shared-options";
import type { K3sOptions } from "../../actions/cluster-config/k3s";
import type { Action } from "../../io/host";
import type { Definition } from "../command";
import { ownKey, runningCluster } from "./texts";

export const k3sCommand = command(
  "k3s",
  "k3s",
  async () => (await import("../../actions/cluster-config/k3s.ts")).k3s,
);

export const rke2Command = command(
  "rke2",
  "RKE2",
  async () => (await import("../../actions/cluster-config/k3s.ts")).rke2,
);

/** k3s and RKE2 differ in names alone. */
function command(
  name: string,
  product: string,
  load: () => Promise<Action<K3sOptions>>,
): Definition<K3sOptions> {
  return {
    name,
    summary: `${product}: a part of config.yaml`,
    description: `print the part of /etc/rancher/${name}/config.yaml, for each server node, that makes the cluster sign under the issuer that AWS trusts`,
    options: [
      ...shared.terraformOutput(),
      shared.issuerUrl(),
      ...shared.apiServerIssuers(),
      shared.publicKeyFiles(),
      new Option("--data-dir <path>", `of ${product} (default: /var/lib/rancher/${name})`),
      new Option(
        "--signing-key-file <path>",
        `where the private key that Terraform made lies on each server node: DATA-DIR/server/tls/service.key, put there before ${product} first starts`,
      ),
      shared.privateKeyOut(),
      shared.extraApiServerArgs(),
      ...shared.output(),
    ],
    help: `${ownKey}

${runningCluster}

Example:
  terraform output -json issuer_url | irsa cluster-config ${name} \\
    --accepted-issuer https://kubernetes.default.svc.cluster.local`,
    load,
  };
}
