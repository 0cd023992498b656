import { Option } from "commander";
import * as shared from "../../input/shared-options";
import type { TalosOptions } from "../../actions/cluster-config/talos";
import type { Definition } from "../command";

export const talosCommand: Definition<TalosOptions> = {
  name: "talos",
  summary: "Talos: a machine-config patch for the control-plane nodes",
  description:
    "print the machine-config patch that makes a Talos cluster sign under the issuer that AWS trusts, for control-plane nodes alone; it contains the private key",
  options: [
    new Option(
      "--talos-version <version>",
      "the Talos that runs, such as 1.13 (default: the cluster's), with its patch version (1.13.6) where the form depends on it",
    ),
    new Option(
      "--generated-by <version>",
      "the Talos that generated the machine configuration (default: the one that runs)",
    ),
    shared.oneOf(
      "--form <form>",
      "how the issuer is written (default: follows from the versions)",
      ["string", "list", "document"],
    ),
    ...shared.terraformOutput(),
    shared.issuerUrl(),
    new Option(
      "--private-key <file>",
      "the signing key in PEM, or base64 of it, in place of Terraform's signing_key or of the secret in signing_key_secret_arn, which is read with your AWS credentials",
    ),
    new Option(
      "--keep-key",
      "the cluster keeps the key that it has; the issuer publishes the public half (default: with --cluster, if its configuration has that half)",
    ),
    new Option(
      "--control-plane-endpoint <url>",
      "such as https://10.0.0.1:6443; needed in the form document and with --api-audience",
    ),
    ...shared.apiServerIssuers(),
    shared.repeatable(
      "--previous-public-key <file>",
      "a public key whose tokens stay valid for the Kubernetes API, in the form document; may be repeated (default: Terraform's other_public_keys)",
    ),
    shared.apiAudiences("an audience of the Kubernetes API besides the control-plane endpoint"),
    shared.extraApiServerArgs(),
    new Option(
      "--out <file>",
      "where to write, readable by its owner alone (default: standard output, unless it is a terminal)",
    ),
    shared.force(),
    new Option("--json", "write JSON in place of YAML"),
    new Option("--show-private-key", "print even to a terminal"),
  ],
  help: `Example:
  terraform output -json | irsa cluster-config talos --talos-version 1.13 --out patch.yaml
  talosctl patch machineconfig --nodes CONTROL-PLANE-NODES --patch @patch.yaml
  rm patch.yaml`,
  load: async () => (await import("../../actions/cluster-config/talos.ts")).talos,
};
