import { Option } from "commander";
import * as shared from "../../input/shared-options";
import type { K3sOptions } from "../../actions/cluster-config/k3s";
import type { Definition } from "../command";
import { ownKey, runningCluster } from "./texts";

export const k3sCommand: Definition<K3sOptions> = {
  name: "k3s",
  summary: "k3s: a part of config.yaml",
  description:
    "print the part of /etc/rancher/k3s/config.yaml, for each server node, that makes the cluster sign under the issuer that AWS trusts",
  options: [
    ...shared.terraformOutput(),
    shared.issuerUrl(),
    shared.publishedJwksUri(),
    ...shared.previousIssuers(),
    shared.acceptedIssuers(),
    shared.publicKeyFiles(),
    new Option("--data-dir <path>", "of k3s (default: /var/lib/rancher/k3s)"),
    new Option(
      "--signing-key-file <path>",
      "where the private key that Terraform made lies on each server node: DATA-DIR/server/tls/service.key, put there before k3s first starts",
    ),
    shared.extraApiServerArgs(),
    ...shared.output(),
  ],
  help: `${ownKey}

${runningCluster}

Example:
  terraform output -json issuer_url | irsa cluster-config k3s \\
    --accepted-issuer https://kubernetes.default.svc.cluster.local`,
  load: async () => (await import("../../actions/cluster-config/k3s.ts")).k3s,
};
