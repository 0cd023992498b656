import { buildEksAnywhereConfiguration, formatSteps } from "../../../modules/cluster";
import { issuerUrlOf } from "../../input/issuer-values";
import { Mistakes } from "../../input/mistakes";
import type { Action } from "../../io/host";
import { writeResult } from "../../output/result";
import { issuerSource, refuseKeyMadeByTerraform } from "./shared";
import type { OutOptions } from "../../input/shared-options";
import type { IssuerOptions } from "../../input/issuer-values";

/** Options of the command. */
export interface EksAnywhereOptions
  extends Pick<IssuerOptions, "issuerUrl" | "terraformOutput" | "stack">, OutOptions {
  readonly clusterName?: string;
}

export const eksAnywhere: Action<EksAnywhereOptions> = async (options, host) => {
  const mistakes = new Mistakes();
  const source = await issuerSource(options, host, mistakes);
  refuseKeyMadeByTerraform(source, mistakes);
  const issuerUrl = issuerUrlOf(options, source);
  const clusterName =
    options.clusterName ?? mistakes.missing("clusterName", "--cluster-name is missing");
  const { cluster, steps } = await mistakes.complete(() =>
    buildEksAnywhereConfiguration({ clusterName, issuerUrl }),
  );
  await writeResult({ objects: [cluster] }, options, host);
  await host.note(formatSteps(steps));
};
