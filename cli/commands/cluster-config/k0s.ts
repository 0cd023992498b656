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
    shared.publishedJwksUri(),
    ...shared.previousIssuers(),
    shared.acceptedIssuers(),
    shared.publicKeyFiles(),
    new Option(
      "--signing-key-file <path>",
      "where the private key that Terraform made lies on each control-plane node: /var/lib/k0s/pki/sa.key, put there before k0s first starts",
    ),
    shared.apiAudiences("an audience of the Kubernetes API"),
    shared.extraApiServerArgs(),
    ...shared.output(),
  ],
  help: `${ownKey}

k0s contains a flag once: a running cluster, which has signed as https://kubernetes.default.svc,
refuses its pods' tokens after the change until the pods are restarted.

Example:
  terraform output -json issuer_url | irsa cluster-config k0s`,
  load: async () => (await import("../../actions/cluster-config/k0s.ts")).k0s,
};
