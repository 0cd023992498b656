import { checkText, controlPlaneEndpointRules } from "../../modules/validation";
import { buildKubeconfig } from "../access/kubeconfig";
import { checkAccessOptions } from "../input/access-checks";
import type { AccessOptions } from "../input/access-options";
import { readMachineSecrets } from "../input/machine-secrets";
import { withCluster } from "../input/access-cluster";
import { Mistakes } from "../input/mistakes";
import type { Action } from "../io/host";
import { writeResult } from "../output/result";

/** Options of the command. */
export interface KubeconfigOptions extends AccessOptions {
  readonly server?: string;
}

export const kubeconfig: Action<KubeconfigOptions> = async (given, host) => {
  const { options, outputs = {} } = await withCluster(given, host);
  const mistakes = new Mistakes();
  const shared = checkAccessOptions(options, host.io.stdout.isTTY === true, mistakes);
  const { server = outputs.kubernetes_endpoint } = options;
  if (server === undefined) {
    mistakes.add("--server is missing: the URL of the API server, such as https://10.0.0.10:6443");
  } else {
    mistakes.addViolations(checkText(["server"], server, controlPlaneEndpointRules));
  }
  mistakes.assertNone();
  const authority = await readMachineSecrets(options, "k8s", host);
  const { config, notAfter } = buildKubeconfig(authority, { ...shared, server: server ?? "" });
  await writeResult({ objects: [config], secret: true }, options, host);
  await host.note(`The certificate is valid until ${notAfter.toISOString()}.`);
};
