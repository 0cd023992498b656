import { ownKeyFile } from "../../../config/distributions";
import { buildMicroK8sArguments, inspectApiServer } from "../../../modules/cluster";
import { Mistakes } from "../../input/mistakes";
import type { Action } from "../../io/host";
import { formatJson, writeText } from "../../output/result";
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
export type MicroK8sOptions = ApiServerOptions;

const ownKey = { product: "MicroK8s", file: ownKeyFile("microk8s") };

const nextSteps = `Next, on each control-plane node: let these lines take the place of those for the same flags in
/var/snap/microk8s/current/args/kube-apiserver, run
  snap restart microk8s.daemon-kubelite
and ${checks("microk8s kubectl")}`;

export const microk8s: Action<MicroK8sOptions> = async (given, host) => {
  const { options, cluster } = await withSettings(given, "microk8s", host);
  const mistakes = new Mistakes({ jwksUri: "--published-jwks-uri" });
  const { source, props } = await apiServerProps(options, host, mistakes, { cluster, ownKey });
  const config = await mistakes.complete(() => buildMicroK8sArguments(props));
  const key = await readSigningKey(source, options, host);
  await noteFindings(inspectApiServer(props), host);
  const text = options.json === true ? formatJson(config) : `${config.join("\n")}\n`;
  await writeText(text, options, host);
  await writeSigningKey(key, options, host);
  await host.note(nextSteps);
};
