import { buildEksAnywhereConfiguration, formatSteps } from "../../../modules/cluster";
import { issuerUrlOf } from "../../input/issuer-values";
import { Mistakes } from "../../input/mistakes";
import type { Action } from "../../io/host";
import { writeResult } from "../../output/result";
import { issuerSource, refuseKeyMadeByTerraform, withSettings } from "./shared";
import type { OutOptions } from "../../input/shared-options";
import type { IssuerOptions } from "../../input/issuer-values";

/** Options of the command. */
export interface EksAnywhereOptions
  extends
    Pick<
      IssuerOptions,
      "cluster" | "config" | "issuerUrl" | "stack" | "stackDirectory" | "terraformOutput"
    >,
    OutOptions {
  readonly clusterName?: string;
}

export const eksAnywhere: Action<EksAnywhereOptions> = async (given, host) => {
  const { options, cluster } = await withSettings(given, "eksAnywhere", host);
  const mistakes = new Mistakes();
  const source = await issuerSource(options, host, mistakes, cluster);
  refuseKeyMadeByTerraform(source, mistakes);
  const issuerUrl = issuerUrlOf(options, source);
  const clusterName =
    options.clusterName ?? mistakes.missing("clusterName", "--cluster-name is missing");
  const { cluster: specification, steps } = await mistakes.complete(() =>
    buildEksAnywhereConfiguration({ clusterName, issuerUrl }),
  );
  await writeResult({ objects: [specification] }, options, host);
  await host.note(formatSteps(steps));
};
