import {
  buildCertManagerRelease,
  buildCloudControllerManagerRelease,
  buildEbsCsiDriverRelease,
  chain,
  type FailurePolicy,
  buildPodIdentityWebhookRelease,
  type Release,
} from "../../../modules/cluster";
import { formatValue } from "../../../modules/validation";
import { type AddOnsWay, addOnsWays } from "../../input/choices";
import { Mistakes } from "../../input/mistakes";
import { readNamedCluster } from "../../input/named-cluster";
import { regionOf, webhookMapBindings, webhookMapOutput } from "../../input/pod-values";
import { TerraformSource } from "../../input/terraform-source";
import type { Action } from "../../io/host";
import { writeAddOns } from "../../output/add-ons-result";
import { isOutOfReach, refuseOutOfReach, rolesOutsideTheMap } from "./coverage";
import type { TerraformOptions, OutOptions, AnnotationOptions } from "../../input/shared-options";

/** Options of the command. */
export interface AddOnsOptions extends TerraformOptions, OutOptions, AnnotationOptions {
  readonly as: string;
  readonly region?: string;
  readonly skipRegionValidation?: boolean;
  readonly failurePolicy?: string;
  readonly replicaCount?: number;
  readonly namespace?: string;
  readonly certManager: boolean;
  readonly tokenExpiration?: number;
  readonly excludedNamespace?: readonly string[];
  readonly webhookMap?: boolean;
  readonly ebsCsiRoleArn?: string;
  readonly cloudControllerRoleArn?: string;
  readonly clusterName?: string;
}

const wanted = {
  ...webhookMapOutput,
  outputs: ["aws_region", "pod_identity_webhook_map", "role_arns", "service_accounts"],
};

/** Under Fail, ServiceAccounts are looked for that the webhook would leave without credentials. */
function neededOutputs({ webhookMap, failurePolicy, excludedNamespace }: AddOnsOptions): string[] {
  if (webhookMap === true) return wanted.outputs;
  return failurePolicy === "Fail" || excludedNamespace !== undefined
    ? ["aws_region", "service_accounts"]
    : ["aws_region"];
}

export const addOns: Action<AddOnsOptions> = async (options, host) => {
  const mistakes = new Mistakes();
  const isNeeded = options.region === undefined || options.webhookMap === true;
  const cluster = await readNamedCluster(options, host);
  const source = await TerraformSource.read({
    ...{ host, mistakes, options, wanted, cluster },
    isNeeded: isNeeded || cluster !== undefined,
    needed: neededOutputs(options),
  });
  if (!addOnsWays.includes(options.as as AddOnsWay)) {
    mistakes.add(`--as must be one of ${addOnsWays.join(", ")}, got ${formatValue(options.as)}`);
  }
  if (options.as === "helm" && options.out === undefined && options.json !== true) {
    mistakes.add("--out is missing: the directory for the values files");
  }
  const cert = options.certManager
    ? await mistakes.attempt(() => buildCertManagerRelease({ replicaCount: options.replicaCount }))
    : undefined;
  const bindings = options.webhookMap === true ? webhookMapBindings(source, mistakes) : undefined;
  const props = {
    region: regionOf(options, source),
    skipRegionValidation: options.skipRegionValidation ?? cluster?.skipRegionValidation,
    audience: options.audience,
    tokenExpiration: options.tokenExpiration,
    failurePolicy: options.failurePolicy as FailurePolicy | undefined,
    excludedNamespaces: options.excludedNamespace,
    namespace: options.namespace,
    certManager: cert,
    replicaCount: options.replicaCount,
    annotationPrefix: options.annotationPrefix,
    roleBindings: refuseOutOfReach(options, source, bindings, mistakes),
  };
  const region = { region: props.region, skipRegionValidation: props.skipRegionValidation };
  const cloudController = await cloudControllerOf(options, region, cluster?.name, mistakes);
  const ebsCsi = await ebsCsiOf(options, region, mistakes);
  const webhook = await mistakes.complete(() => buildPodIdentityWebhookRelease(props));
  const releases = chain(
    [cloudController, cert, webhook, ebsCsi].filter((release) => release !== undefined),
  );
  await writeAddOns(releases, options.as as AddOnsWay, options, host);
  const missing = bindings === undefined ? [] : rolesOutsideTheMap(source, bindings);
  if (missing.length > 0) {
    await host.note(
      `Warning: the map has no entry for these roles, whose ServiceAccounts it cannot express (a wildcard other than a whole namespace); annotate them instead: ${missing.join(", ")}`,
    );
  }
};

/** The pods' region, and whether it may be newer than this release. */
interface Region {
  readonly region: string;
  readonly skipRegionValidation: boolean | undefined;
}

/** First of all: until it runs, nothing else does where kubelets wait for it. */
async function cloudControllerOf(
  options: AddOnsOptions,
  region: Region,
  configured: string | undefined,
  mistakes: Mistakes,
): Promise<Release | undefined> {
  const { cloudControllerRoleArn: roleArn, clusterName } = options;
  if (roleArn === undefined) {
    if (clusterName !== undefined) {
      mistakes.add("--cluster-name is for the cloud controller: give --cloud-controller-role-arn");
    }
    return undefined;
  }
  mistakes.name("roleArn", "--cloud-controller-role-arn");
  const { audience, tokenExpiration } = options;
  return mistakes.attempt(() =>
    buildCloudControllerManagerRelease({
      ...{ roleArn, ...region, audience, tokenExpiration },
      clusterName: clusterName ?? configured ?? "",
    }),
  );
}

/** Last: the webhook gives its controller the token. */
async function ebsCsiOf(
  options: AddOnsOptions,
  region: Region,
  mistakes: Mistakes,
): Promise<Release | undefined> {
  const { ebsCsiRoleArn: roleArn, audience, tokenExpiration } = options;
  if (roleArn === undefined) return undefined;
  mistakes.name("roleArn", "--ebs-csi-role-arn");
  return mistakes.attempt(() =>
    buildEbsCsiDriverRelease({
      ...{ roleArn, ...region, audience, tokenExpiration },
      metadataSource: options.cloudControllerRoleArn === undefined ? "imds" : "kubernetes",
      webhook: !isOutOfReach("kube-system", options),
      annotationPrefix: options.annotationPrefix,
      replicaCount: options.replicaCount,
    }),
  );
}
