import { ownKeyFile } from "../../../config/distributions";
import { buildK0sConfiguration, inspectK0s } from "../../../modules/cluster";
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
export type K0sOptions = ApiServerOptions;

const ownKey = { product: "k0s", file: ownKeyFile("k0s") };

const nextSteps = `Next, on each controller: merge this into /etc/k0s/k0s.yaml, run
  k0s stop && k0s start
and ${checks("k0s kubectl")}`;

export const k0s: Action<K0sOptions> = async (given, host) => {
  const { options, cluster } = await withSettings(given, "k0s", host);
  const mistakes = new Mistakes({ jwksUri: "--published-jwks-uri" });
  const { source, props } = await apiServerProps(options, host, mistakes, { cluster, ownKey });
  const config = await mistakes.complete(() => buildK0sConfiguration(props));
  const key = await readSigningKey(source, options, host);
  await noteFindings(inspectK0s(props), host);
  await writeResult({ objects: [config] }, options, host);
  await writeSigningKey(key, options, host);
  await host.note(nextSteps);
};
