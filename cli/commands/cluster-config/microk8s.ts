import { Option } from "commander";
import * as shared from "../../input/shared-options";
import type { MicroK8sOptions } from "../../actions/cluster-config/microk8s";
import type { Definition } from "../command";
import { ownKey } from "./texts";

export const microk8sCommand: Definition<MicroK8sOptions> = {
  name: "microk8s",
  summary: "MicroK8s: lines of args/kube-apiserver",
  description:
    "print the lines of /var/snap/microk8s/current/args/kube-apiserver that make the cluster sign under the issuer that AWS trusts",
  options: [
    ...shared.terraformOutput(),
    shared.issuerUrl(),
    ...shared.apiServerIssuers(),
    shared.publicKeyFiles(),
    new Option(
      "--signing-key-file <path>",
      "where the private key that Terraform made lies on each control-plane node: /var/snap/microk8s/current/certs/serviceaccount.key, put there before MicroK8s first starts",
    ),
    shared.privateKeyOut(),
    shared.apiAudiences("an audience of the Kubernetes API"),
    shared.extraApiServerArgs(),
    ...shared.output(),
  ],
  help: `${ownKey}

A running cluster has signed as https://kubernetes.default.svc:
name it with --accepted-issuer, or the Kubernetes API refuses its pods.

Example:
  terraform output -json issuer_url | irsa cluster-config microk8s \\
    --accepted-issuer https://kubernetes.default.svc`,
  load: async () => (await import("../../actions/cluster-config/microk8s.ts")).microk8s,
};
