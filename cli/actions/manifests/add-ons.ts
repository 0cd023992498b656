import {
  buildCertManagerRelease,
  type FailurePolicy,
  buildPodIdentityWebhookRelease,
} from "../../../modules/cluster";
import { formatValue } from "../../../modules/validation";
import { type AddOnsWay, addOnsWays } from "../../input/choices";
import { Mistakes } from "../../input/mistakes";
import { regionOf, webhookMapBindings, webhookMapOutput } from "../../input/pod-values";
import { TerraformSource } from "../../input/terraform-source";
import type { Action } from "../../io/host";
import { writeAddOns } from "../../output/add-ons-result";
import { refuseOutOfReach, rolesOutsideTheMap } from "./coverage";
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
}

const wanted = {
  ...webhookMapOutput,
  outputs: ["aws_region", "pod_identity_webhook_map", "role_arns", "service_accounts"],
};

export const addOns: Action<AddOnsOptions> = async (options, host) => {
  const mistakes = new Mistakes();
  const isNeeded = options.region === undefined || options.webhookMap === true;
  const source = await TerraformSource.read({ host, mistakes, options, wanted, isNeeded });
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
    skipRegionValidation: options.skipRegionValidation,
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
  const webhook = await mistakes.complete(() => buildPodIdentityWebhookRelease(props));
  const releases = cert === undefined ? [webhook] : [cert, webhook];
  await writeAddOns(releases, options.as as AddOnsWay, options, host);
  const missing = bindings === undefined ? [] : rolesOutsideTheMap(source, bindings);
  if (missing.length > 0) {
    await host.note(
      `Warning: the map has no entry for these roles, whose ServiceAccounts it cannot express (a wildcard other than a whole namespace); annotate them instead: ${missing.join(", ")}`,
    );
  }
};
