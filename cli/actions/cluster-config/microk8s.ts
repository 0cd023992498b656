import { buildMicroK8sArguments, inspectApiServer } from "../../../modules/cluster";
import { extraApiServerArgs, type IssuerOptions, issuerValues } from "../../input/issuer-values";
import { Mistakes } from "../../input/mistakes";
import type { OutOptions } from "../../input/shared-options";
import type { Action } from "../../io/host";
import { formatJson, writeText } from "../../output/result";
import { checks, issuerSource, noteFindings, refuseOtherKey, refuseOtherPlace } from "./shared";

/** Options of the command. */
export interface MicroK8sOptions extends IssuerOptions, OutOptions {
  readonly apiAudience?: readonly string[];
  readonly publicKeyFile?: readonly string[];
  readonly signingKeyFile?: string;
}

/** Where MicroK8s keeps its own key. */
const keyFile = "/var/snap/microk8s/current/certs/serviceaccount.key";

const nextSteps = `Next, on each control-plane node: let these lines take the place of those for the same flags in
/var/snap/microk8s/current/args/kube-apiserver, run
  snap restart microk8s.daemon-kubelite
and ${checks("microk8s kubectl")}`;

export const microk8s: Action<MicroK8sOptions> = async (options, host) => {
  const mistakes = new Mistakes({ jwksUri: "--published-jwks-uri" });
  const source = await issuerSource(options, host, mistakes);
  refuseOtherKey(source, options.signingKeyFile, mistakes);
  refuseOtherPlace(options.signingKeyFile, keyFile, "MicroK8s", mistakes);
  const props = {
    ...issuerValues(options, source, mistakes),
    apiAudiences: options.apiAudience,
    publicKeyFiles: options.publicKeyFile,
    extraApiServerArgs: extraApiServerArgs(options, mistakes),
  };
  const config = await mistakes.complete(() => buildMicroK8sArguments(props));
  await noteFindings(inspectApiServer(props), host);
  const text = options.json === true ? formatJson(config) : `${config.join("\n")}\n`;
  await writeText(text, options, host);
  await host.note(nextSteps);
};
