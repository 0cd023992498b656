import { formatValue } from "../../modules/validation";
import { buildTalosconfig } from "../access/talosconfig";
import { checkAccessOptions } from "../input/access-checks";
import type { AccessOptions } from "../input/access-options";
import { talosRoles } from "../input/choices";
import { readMachineSecrets } from "../input/machine-secrets";
import { withCluster } from "../input/access-cluster";
import { Mistakes } from "../input/mistakes";
import type { Action } from "../io/host";
import { writeResult } from "../output/result";

/** Options of the command. */
export interface TalosconfigOptions extends AccessOptions {
  readonly endpoint?: readonly string[];
  readonly node?: readonly string[];
  readonly role?: string;
}

export const talosconfig: Action<TalosconfigOptions> = async (given, host) => {
  const { options, outputs = {} } = await withCluster(given, host);
  const mistakes = new Mistakes();
  const shared = checkAccessOptions(options, host.io.stdout.isTTY === true, mistakes);
  const { endpoint: endpoints = outputs.talos_endpoints ?? [], role = "os:admin" } = options;
  const { node: nodes = outputs.talos_nodes && Object.values(outputs.talos_nodes) } = options;
  if (endpoints.length === 0) {
    mistakes.add("--endpoint is missing: the address of a control-plane machine, or several");
  }
  checkAddresses("--endpoint", endpoints, mistakes);
  checkAddresses("--node", nodes ?? [], mistakes);
  if (!(talosRoles as readonly string[]).includes(role)) {
    mistakes.add(`--role must be one of ${talosRoles.join(", ")}, got ${formatValue(role)}`);
  }
  mistakes.assertNone();
  const authority = await readMachineSecrets(options, "os", host);
  const { config, notAfter } = buildTalosconfig(authority, { ...shared, endpoints, nodes, role });
  await writeResult({ objects: [config], secret: true }, options, host);
  await host.note(`The certificate is valid until ${notAfter.toISOString()}.`);
};

function checkAddresses(flag: string, addresses: readonly string[], mistakes: Mistakes): void {
  for (const address of addresses) {
    if (/^[\w.:[\]-]+$/.test(address)) continue;
    mistakes.add(
      `${flag} must be an IP address or a host name, without https://, got ${formatValue(address)}`,
    );
  }
}
