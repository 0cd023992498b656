import { buildK3sConfiguration, inspectApiServer } from "../../../modules/cluster";
import { extraApiServerArgs, issuerValues } from "../../input/issuer-values";
import { Mistakes } from "../../input/mistakes";
import type { Action } from "../../io/host";
import { presentable } from "../../io/presentable";
import { writeResult } from "../../output/result";
import { issuerSource, noteFindings, refuseOtherKey } from "./shared";
import type { OutOptions } from "../../input/shared-options";
import type { IssuerOptions } from "../../input/issuer-values";

/** Options of the command. */
export interface K3sOptions extends IssuerOptions, OutOptions {
  readonly publicKeyFile?: readonly string[];
  readonly dataDir?: string;
  readonly signingKeyFile?: string;
}

const nextSteps = `Next, on each server node: add this to /etc/rancher/k3s/config.yaml, run
  systemctl restart k3s
and compare the issuer:
  kubectl get --raw /.well-known/openid-configuration
Then: irsa manifests smoke-test`;

export const k3s: Action<K3sOptions> = async (options, host) => {
  const mistakes = new Mistakes({ jwksUri: "--published-jwks-uri" });
  const source = await issuerSource(options, host, mistakes);
  refuseOtherKey(source, options.signingKeyFile, mistakes);
  refuseOtherPlace(options, mistakes);
  const props = {
    ...issuerValues(options, source, mistakes),
    publicKeyFiles: options.publicKeyFile,
    dataDir: options.dataDir,
    extraApiServerArgs: extraApiServerArgs(options, mistakes),
  };
  const config = await mistakes.complete(() => buildK3sConfiguration(props));
  await noteFindings(inspectApiServer(props), host);
  await writeResult({ objects: [config] }, options, host);
  await host.note(nextSteps);
};

/** k3s reads its key from one place. */
function refuseOtherPlace(
  { signingKeyFile, dataDir = "/var/lib/rancher/k3s" }: K3sOptions,
  mistakes: Mistakes,
): void {
  const place = `${dataDir}/server/tls/service.key`;
  if (signingKeyFile === undefined || signingKeyFile === place) return;
  mistakes.add(
    `--signing-key-file must be ${presentable(place)}, where k3s reads its key, got "${presentable(signingKeyFile)}"`,
  );
}
