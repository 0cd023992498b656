import { Option } from "commander";
import type { KubeconfigOptions } from "../actions/kubeconfig";
import { accessOptions } from "../input/access-options";
import { cluster } from "../input/shared-options";
import type { Definition } from "./command";

export const kubeconfigCommand: Definition<KubeconfigOptions> = {
  name: "kubeconfig",
  summary: "access to Kubernetes, from a Talos cluster's machine secrets",
  description:
    "make a new administrator's certificate from a Talos cluster's machine secrets, and write a kubeconfig",
  arguments: [cluster()],
  options: [
    new Option("--server <url>", "URL of the API server (default: the cluster's)"),
    ...accessOptions(),
  ],
  help: `Examples:
  irsa kubeconfig prod --out kubeconfig
  irsa kubeconfig --machine-secrets talos/prod/machine-secrets \\
    --cluster-name prod --server https://prod.acme.example:6443 --out kubeconfig

Run it again with --force to renew the certificate. Kubernetes cannot revoke one: keep it short-lived.`,
  load: async () => (await import("../actions/kubeconfig.ts")).kubeconfig,
};
