import {
  buildKubeadmConfiguration,
  type KubeadmVersion,
  inspectApiServer,
} from "../../../modules/cluster";
import { extraApiServerArgs, issuerValues } from "../../input/issuer-values";
import { Mistakes } from "../../input/mistakes";
import type { Action } from "../../io/host";
import { writeResult } from "../../output/result";
import { checks, issuerSource, noteFindings, refuseOtherKey } from "./shared";
import type { OutOptions } from "../../input/shared-options";
import type { IssuerOptions } from "../../input/issuer-values";

/** Options of the command. */
export interface KubeadmOptions extends IssuerOptions, OutOptions {
  readonly apiVersion: string;
  readonly publicKeyFile?: readonly string[];
  readonly signingKeyFile?: string;
  readonly apiAudience?: readonly string[];
}

const nextSteps = `Next, on each control-plane node: merge this into your ClusterConfiguration, run
  kubeadm init phase control-plane all --config FILE
(kubeadm init for a new cluster), and ${checks()}`;

export const kubeadm: Action<KubeadmOptions> = async (options, host) => {
  const mistakes = new Mistakes({ jwksUri: "--published-jwks-uri" });
  const source = await issuerSource(options, host, mistakes);
  refuseOtherKey(source, options.signingKeyFile, mistakes);
  const props = {
    ...issuerValues(options, source, mistakes),
    apiVersion: options.apiVersion as KubeadmVersion,
    publicKeyFiles: options.publicKeyFile,
    signingKeyFile: options.signingKeyFile,
    apiAudiences: options.apiAudience,
    extraApiServerArgs: extraApiServerArgs(options, mistakes),
  };
  const configuration = await mistakes.complete(() => buildKubeadmConfiguration(props));
  await noteFindings(inspectApiServer(props), host);
  await writeResult({ objects: [configuration] }, options, host);
  await host.note(nextSteps);
};
