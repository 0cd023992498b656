import { type RoleBinding, buildSmokeTest as smokeTestManifests } from "../../../modules/cluster";
import { smokeTestName } from "../../input/choices";
import { Mistakes } from "../../input/mistakes";
import { readNamedCluster } from "../../input/named-cluster";
import { regionOf, roleBindings, serviceAccountsOutput } from "../../input/pod-values";
import { TerraformSource } from "../../input/terraform-source";
import type { Action } from "../../io/host";
import { presentable } from "../../io/presentable";
import { writeResult } from "../../output/result";
import { explain } from "../doctor/explain";
import type { TerraformOptions, OutOptions, AnnotationOptions } from "../../input/shared-options";

/** Options of the command. */
export interface SmokeTestOptions extends TerraformOptions, OutOptions, AnnotationOptions {
  readonly region?: string;
  readonly skipRegionValidation?: boolean;
  readonly roleArn?: string;
  readonly namespace: string;
  readonly serviceAccountName: string;
  readonly createNamespace?: boolean;
  readonly bucket?: string;
  readonly webhook: boolean;
  readonly image?: string;
  readonly explain?: boolean;
}

const wanted = { ...serviceAccountsOutput, outputs: ["aws_region", "service_accounts"] };

export const smokeTest: Action<SmokeTestOptions> = async (options, host) => {
  if (options.explain === true) {
    await explain(options, host);
    return;
  }
  const mistakes = new Mistakes();
  const cluster = await readNamedCluster(options, host);
  const source = await TerraformSource.read({
    ...{ host, mistakes, options, wanted, cluster },
    isNeeded: options.region === undefined || options.roleArn === undefined,
    needed: options.roleArn === undefined ? wanted.outputs : ["aws_region"],
  });
  const region = regionOf(options, source);
  const { roleArn, audience } =
    options.roleArn === undefined
      ? bindingOf(options, source, mistakes)
      : { roleArn: options.roleArn };
  const props = {
    region,
    skipRegionValidation: options.skipRegionValidation ?? cluster?.skipRegionValidation,
    roleArn,
    namespace: options.namespace,
    serviceAccountName: options.serviceAccountName,
    createNamespace: options.createNamespace ?? options.namespace === smokeTestName,
    bucket: options.bucket,
    webhook: options.webhook,
    audience: options.audience ?? audience,
    annotationPrefix: options.annotationPrefix,
    image: options.image,
  };
  const objects = await mistakes.complete(() => smokeTestManifests(props));
  await writeResult({ objects }, options, host);
  await host.note(`Next: apply it, then
  kubectl logs job/${smokeTestName} -n ${options.namespace} --all-containers | irsa doctor explain`);
};

/** The ServiceAccount with its role, in Terraform's output. */
function bindingOf(
  { namespace, serviceAccountName }: SmokeTestOptions,
  source: TerraformSource,
  mistakes: Mistakes,
): Pick<RoleBinding, "roleArn" | "audience"> {
  const bindings = roleBindings(source, mistakes, "--role-arn");
  const own = bindings.find(
    (binding) =>
      binding.namespace === namespace && binding.serviceAccountName === serviceAccountName,
  );
  if (own !== undefined) return own;
  const name = presentable(`${namespace}/${serviceAccountName}`);
  const sentence = `Terraform's output service_accounts has no role for ${name}; or give --role-arn`;
  return { roleArn: mistakes.missing("roleArn", bindings.length === 0 ? undefined : sentence) };
}
