import { Option } from "commander";
import * as shared from "../../input/shared-options";
import type { KubeadmOptions } from "../../actions/cluster-config/kubeadm";
import type { Definition } from "../command";
import { ownKey, runningCluster } from "./texts";

export const kubeadmCommand: Definition<KubeadmOptions> = {
  name: "kubeadm",
  summary: "kubeadm: a part of the ClusterConfiguration",
  description:
    "print the part of a kubeadm ClusterConfiguration that makes the cluster sign under the issuer that AWS trusts",
  options: [
    shared.oneOf(
      "--api-version <version>",
      "v1beta4 (Kubernetes 1.31 and later) or v1beta3, which repeats no flag (default: v1beta4)",
      ["v1beta4", "v1beta3"],
    ),
    ...shared.terraformOutput(),
    shared.issuerUrl(),
    ...shared.apiServerIssuers(),
    shared.publicKeyFiles(),
    new Option(
      "--signing-key-file <path>",
      "the private key on each control-plane node (default: /etc/kubernetes/pki/sa.key, made by kubeadm)",
    ),
    shared.privateKeyOut(),
    shared.apiAudiences(
      "an audience of the Kubernetes API, in place of the default: every issuer, which a change of the issuer needs",
    ),
    shared.extraApiServerArgs(),
    ...shared.output(),
  ],
  help: `${ownKey}

${runningCluster}

Example:
  terraform output -json issuer_url | irsa cluster-config kubeadm \\
    --accepted-issuer https://kubernetes.default.svc.cluster.local`,
  load: async () => (await import("../../actions/cluster-config/kubeadm.ts")).kubeadm,
};
