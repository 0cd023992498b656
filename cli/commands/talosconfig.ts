import type { TalosconfigOptions } from "../actions/talosconfig";
import { accessOptions } from "../input/access-options";
import { talosRoles } from "../input/choices";
import { cluster, oneOf, repeatable } from "../input/shared-options";
import type { Definition } from "./command";

export const talosconfigCommand: Definition<TalosconfigOptions> = {
  name: "talosconfig",
  summary: "access to Talos' API, from a cluster's machine secrets",
  description:
    "make a new client certificate from a Talos cluster's machine secrets, and write a talosconfig",
  arguments: [cluster()],
  options: [
    repeatable(
      "--endpoint <address>",
      "a control-plane machine that talosctl connects to; may be repeated (default: the cluster's control plane)",
    ),
    repeatable(
      "--node <address>",
      "a machine that talosctl works on by default; may be repeated (default: the cluster's machines)",
    ),
    oneOf("--role <role>", "what the certificate allows (default: os:admin)", talosRoles),
    ...accessOptions(),
  ],
  help: `Examples:
  irsa talosconfig prod --out talosconfig
  irsa talosconfig --machine-secrets talos/prod/machine-secrets \\
    --cluster-name prod --endpoint 10.0.0.11 --node 10.0.0.11 --out talosconfig

Run it again with --force to renew the certificate. Talos cannot revoke one: keep it short-lived.`,
  load: async () => (await import("../actions/talosconfig.ts")).talosconfig,
};
