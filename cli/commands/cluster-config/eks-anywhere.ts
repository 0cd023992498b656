import { Option } from "commander";
import * as shared from "../../input/shared-options";
import type { EksAnywhereOptions } from "../../actions/cluster-config/eks-anywhere";
import type { Definition } from "../command";

export const eksAnywhereCommand: Definition<EksAnywhereOptions> = {
  name: "eks-anywhere",
  summary: "EKS Anywhere: a part of the cluster's specification",
  description:
    "print the part of an EKS Anywhere cluster specification that names the issuer, and on standard error the order of work",
  options: [
    new Option("--cluster-name <name>", "as in the specification (default: the name of --cluster)"),
    ...shared.terraformOutput(),
    shared.issuerUrl(),
    ...shared.output(),
  ],
  help: `EKS Anywhere makes the signing key itself, so the cluster comes before the documents.

Example:
  irsa cluster-config eks-anywhere --cluster-name prod-eu \\
    --issuer-url https://s3.eu-central-1.amazonaws.com/acme-prod-eu-oidc`,
  load: async () => (await import("../../actions/cluster-config/eks-anywhere.ts")).eksAnywhere,
};
