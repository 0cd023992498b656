import {
  buildK3sConfiguration,
  inspectApiServer,
  type K3sDistribution,
  k3sKeyFile,
} from "../../../modules/cluster";
import { extraApiServerArgs, type IssuerOptions, issuerValues } from "../../input/issuer-values";
import { Mistakes } from "../../input/mistakes";
import type { OutOptions } from "../../input/shared-options";
import type { Action } from "../../io/host";
import { writeResult } from "../../output/result";
import { checks, issuerSource, noteFindings, refuseOtherKey, refuseOtherPlace } from "./shared";

/** Options of the commands. */
export interface K3sOptions extends IssuerOptions, OutOptions {
  readonly publicKeyFile?: readonly string[];
  readonly dataDir?: string;
  readonly signingKeyFile?: string;
}

const services: Readonly<Record<K3sDistribution, string>> = { k3s: "k3s", rke2: "rke2-server" };

const nextSteps = (distribution: K3sDistribution) =>
  `Next, on each server node: add this to /etc/rancher/${distribution}/config.yaml, run
  systemctl restart ${services[distribution]}
and ${checks()}`;

const configure =
  (distribution: K3sDistribution): Action<K3sOptions> =>
  async (options, host) => {
    const { dataDir, signingKeyFile } = options;
    const mistakes = new Mistakes({ jwksUri: "--published-jwks-uri" });
    const source = await issuerSource(options, host, mistakes);
    refuseOtherKey(source, signingKeyFile, mistakes);
    refuseOtherPlace(signingKeyFile, k3sKeyFile({ distribution, dataDir }), distribution, mistakes);
    const props = {
      ...issuerValues(options, source, mistakes),
      distribution,
      publicKeyFiles: options.publicKeyFile,
      dataDir,
      extraApiServerArgs: extraApiServerArgs(options, mistakes),
    };
    const config = await mistakes.complete(() => buildK3sConfiguration(props));
    await noteFindings(inspectApiServer(props), host);
    await writeResult({ objects: [config] }, options, host);
    await host.note(nextSteps(distribution));
  };

export const k3s = configure("k3s");
export const rke2 = configure("rke2");
