import { ownKeyFile } from "../../../config/distributions";
import {
  buildK3sConfiguration,
  inspectApiServer,
  type K3sDistribution,
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

/** Options of the commands. */
export interface K3sOptions extends Omit<ApiServerOptions, "apiAudience"> {
  readonly dataDir?: string;
}

const services: Readonly<Record<K3sDistribution, string>> = { k3s: "k3s", rke2: "rke2-server" };

const nextSteps = (distribution: K3sDistribution) =>
  `Next, on each server node: add this to /etc/rancher/${distribution}/config.yaml, run
  systemctl restart ${services[distribution]}
and ${checks()}`;

const configure =
  (distribution: K3sDistribution): Action<K3sOptions> =>
  async (given, host) => {
    const { options, cluster } = await withSettings(given, distribution, host);
    const { dataDir } = options;
    const mistakes = new Mistakes({ jwksUri: "--published-jwks-uri" });
    const ownKey = { product: distribution, file: ownKeyFile(distribution, dataDir) };
    const { source, props: shared } = await apiServerProps(options, host, mistakes, {
      cluster,
      ownKey,
    });
    const props = {
      ...shared,
      distribution,
      dataDir,
    };
    const config = await mistakes.complete(() => buildK3sConfiguration(props));
    const key = await readSigningKey(source, options, host);
    await noteFindings(inspectApiServer(props), host);
    await writeResult({ objects: [config] }, options, host);
    await writeSigningKey(key, options, host);
    await host.note(nextSteps(distribution));
  };

export const k3s = configure("k3s");
export const rke2 = configure("rke2");
