import {
  buildKubeadmConfiguration,
  inspectApiServer,
  type KubeadmVersion,
} from "../../../modules/cluster";
import { Mistakes } from "../../input/mistakes";
import type { Action } from "../../io/host";
import { writeResult } from "../../output/result";
import {
  type ApiServerOptions,
  apiServerProps,
  checks,
  noteFindings,
  readSigningKey,
  withSettings,
  writeSigningKey,
} from "./shared";

/** Options of the command. */
export interface KubeadmOptions extends ApiServerOptions {
  readonly apiVersion?: string;
}

const nextSteps = `Next, on each control-plane node: merge this into your ClusterConfiguration, run
  kubeadm init phase control-plane all --config FILE
(kubeadm init for a new cluster), and ${checks()}`;

export const kubeadm: Action<KubeadmOptions> = async (given, host) => {
  const { options, cluster } = await withSettings(given, "kubeadm", host);
  const mistakes = new Mistakes({ jwksUri: "--published-jwks-uri" });
  const { source, props: shared } = await apiServerProps(options, host, mistakes, { cluster });
  const props = {
    ...shared,
    apiVersion: (options.apiVersion ?? "v1beta4") as KubeadmVersion,
    signingKeyFile: options.signingKeyFile,
  };
  const configuration = await mistakes.complete(() => buildKubeadmConfiguration(props));
  const key = await readSigningKey(source, options, host);
  await noteFindings(inspectApiServer(props), host);
  await writeResult({ objects: [configuration] }, options, host);
  await writeSigningKey(key, options, host);
  await host.note(nextSteps);
};
