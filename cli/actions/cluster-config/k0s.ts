import { buildK0sConfiguration, inspectK0s } from "../../../modules/cluster";
import { extraApiServerArgs, type IssuerOptions, issuerValues } from "../../input/issuer-values";
import { Mistakes } from "../../input/mistakes";
import type { OutOptions } from "../../input/shared-options";
import type { Action } from "../../io/host";
import { writeResult } from "../../output/result";
import { checks, issuerSource, noteFindings, refuseOtherKey, refuseOtherPlace } from "./shared";

/** Options of the command. */
export interface K0sOptions extends IssuerOptions, OutOptions {
  readonly apiAudience?: readonly string[];
  readonly publicKeyFile?: readonly string[];
  readonly signingKeyFile?: string;
}

/** Where k0s keeps its own key. */
const keyFile = "/var/lib/k0s/pki/sa.key";

const nextSteps = `Next, on each controller: merge this into /etc/k0s/k0s.yaml, run
  k0s stop && k0s start
and ${checks("k0s kubectl")}`;

export const k0s: Action<K0sOptions> = async (options, host) => {
  const mistakes = new Mistakes({ jwksUri: "--published-jwks-uri" });
  const source = await issuerSource(options, host, mistakes);
  refuseOtherKey(source, options.signingKeyFile, mistakes);
  refuseOtherPlace(options.signingKeyFile, keyFile, "k0s", mistakes);
  const props = {
    ...issuerValues(options, source, mistakes),
    apiAudiences: options.apiAudience,
    publicKeyFiles: options.publicKeyFile,
    extraApiServerArgs: extraApiServerArgs(options, mistakes),
  };
  const config = await mistakes.complete(() => buildK0sConfiguration(props));
  await noteFindings(inspectK0s(props), host);
  await writeResult({ objects: [config] }, options, host);
  await host.note(nextSteps);
};
