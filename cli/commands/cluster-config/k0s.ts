import { Option } from "commander";
import * as shared from "../../input/shared-options";
import type { K0sOptions } from "../../actions/cluster-config/k0s";
import type { Definition } from "../command";
import { ownKey } from "./texts";

export const k0sCommand: Definition<K0sOptions> = {
  name: "k0s",
  summary: "k0s: a part of k0s.yaml",
  description:
    "print the part of a k0s ClusterConfig that makes the cluster sign under the issuer that AWS trusts",
  options: [
    ...shared.terraformOutput(),
    shared.issuerUrl(),
    ...shared.apiServerIssuers(),
    shared.publicKeyFiles(),
    new Option(
      "--signing-key-file <path>",
      "where the private key that Terraform made lies on each control-plane node: /var/lib/k0s/pki/sa.key, put there with its public half, sa.pub, before k0s first starts",
    ),
    shared.privateKeyOut(),
    shared.apiAudiences("an audience of the Kubernetes API besides those that k0s sets"),
    shared.extraApiServerArgs(),
    ...shared.output(),
  ],
  help: `${ownKey}

A running cluster has signed as https://kubernetes.default.svc:
name it with --accepted-issuer (k0s 1.34.1 and later), or the Kubernetes API refuses its pods.

Example:
  terraform output -json issuer_url | irsa cluster-config k0s \\
    --accepted-issuer https://kubernetes.default.svc`,
  load: async () => (await import("../../actions/cluster-config/k0s.ts")).k0s,
};
