import { z } from "zod";
import type { AccountEvidence, ProviderEvidence, RoleEvidence } from "../../modules/diagnosis";
import { NotCollected } from "./collected";
import { parsePolicy } from "./iam";

/** What Terraform wrote to IAM when it was last applied. */
export interface TerraformIam {
  readonly account: AccountEvidence;
  readonly roles: readonly RoleEvidence[];
}

const providerSchema = z.object({
  arn: z.string(),
  url: z.string(),
  client_id_list: z.array(z.string()),
  thumbprint_list: z.array(z.string()).nullish(),
});

const roleSchema = z.object({
  arn: z.string(),
  assume_role_policy: z.string(),
  max_session_duration: z.number().nullish(),
  permissions_boundary: z.string().nullish(),
});

const resourceSchema = z.object({ type: z.string(), values: z.unknown() });
const moduleSchema = z.object({
  resources: z.array(resourceSchema).default([]),
  child_modules: z.array(z.unknown()).default([]),
});
type Resource = z.output<typeof resourceSchema>;

const stateSchema = z.object({ values: z.object({ root_module: z.unknown() }).optional() });

/**
 * The identity providers and roles in what `terraform show -json` prints. Everything else is dropped: a
 * private key may be among it.
 *
 * @throws {NotCollected} it is something else, or the state has neither
 */
export function readTerraformIam(text: string): TerraformIam {
  const resources = resourcesOf(text);
  const providers = resources
    .filter(({ type }) => type === "aws_iam_openid_connect_provider")
    .flatMap(({ values }) => providerEvidence(values));
  const roles = resources
    .filter(({ type }) => type === "aws_iam_role")
    .flatMap(({ values }) => roleEvidence(values));
  const [, partition, , , accountId] = (providers[0] ?? roles[0])?.arn.split(":") ?? [];
  if (partition === undefined || accountId === undefined) {
    throw new NotCollected("the Terraform state has no identity provider and no role");
  }
  return { account: { accountId, partition, providers, source: "terraform" }, roles };
}

function resourcesOf(text: string): Resource[] {
  try {
    const { values } = stateSchema.parse(JSON.parse(text));
    return values === undefined ? [] : resourcesOfModule(values.root_module);
  } catch {
    // Neither the reason nor the text: both may contain a key.
    throw new NotCollected("what terraform show -json prints cannot be read");
  }
}

function resourcesOfModule(module: unknown): Resource[] {
  const { resources, child_modules: children } = moduleSchema.parse(module);
  return [...resources, ...children.flatMap(resourcesOfModule)];
}

function providerEvidence(values: unknown): ProviderEvidence[] {
  const { success, data } = providerSchema.safeParse(values);
  if (!success) return [];
  const { arn, url, client_id_list: clientIds, thumbprint_list: thumbprints } = data;
  const httpsUrl = `https://${url.replace(/^https:\/\//, "")}`;
  return [{ arn, url: httpsUrl, clientIds, thumbprints: thumbprints ?? [] }];
}

function roleEvidence(values: unknown): RoleEvidence[] {
  const { success, data } = roleSchema.safeParse(values);
  if (!success) return [];
  const { arn, max_session_duration: duration, permissions_boundary: boundary } = data;
  return [
    {
      ...{
        arn,
        exists: true,
        source: "terraform",
        trustPolicy: parsePolicy(data.assume_role_policy),
      },
      ...(typeof duration === "number" && { maxSessionDuration: duration }),
      ...(typeof boundary === "string" && boundary !== "" && { permissionsBoundaryArn: boundary }),
    },
  ];
}
