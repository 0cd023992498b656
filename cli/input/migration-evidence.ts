import { join } from "node:path";
import type { PublishedJwks } from "../../modules/rotation";
import type { ApiServerIssuers, ListedRole, MigrationEvidence } from "../../modules/rotation";
import { limitsOf } from "../evidence/collected";
import { collectPublished } from "../evidence/published";
import type { Host } from "../io/host";
import { isObject, parseJson } from "../io/json";
import { inputName, readText } from "../io/read-text";
import { UsageError } from "../io/usage-error";
import type { Mistakes } from "./mistakes";
import { readTokenFile } from "./rotation-evidence";

/** Where evidence of a cluster's move to another issuer is. */
export interface MigrationEvidenceOptions {
  readonly roles?: string;
  readonly apiServerPods?: string;
  readonly token?: readonly string[];
  readonly documents?: string;
}

/** Reads what the options name. What cannot be read is a mistake; what is not named is not known. */
export async function readMigrationEvidence(
  { roles, apiServerPods, token: tokens = [] }: MigrationEvidenceOptions,
  host: Host,
  mistakes: Mistakes,
): Promise<MigrationEvidence> {
  const listed =
    roles === undefined ? undefined : await mistakes.attempt(() => readRoles(roles, host));
  const apiServers =
    apiServerPods === undefined
      ? undefined
      : await mistakes.attempt(() => readApiServerPods(apiServerPods, host));
  const read: NonNullable<MigrationEvidence["tokens"]>[number][] = [];
  for (const file of tokens) {
    const token = await mistakes.attempt(() => readTokenFile(file, host));
    if (token !== undefined) read.push(token);
  }
  return {
    tokens: read,
    ...(listed !== undefined && { roles: listed }),
    ...(apiServers !== undefined && { apiServers }),
  };
}

/**
 * Reads both documents of an issuer: from files, or from its URL, anonymously.
 *
 * @param directory of the files `openid-configuration` and `keys.json`
 */
export async function readIssuerDocuments(
  url: string,
  directory: string | undefined,
  host: Host,
  mistakes: Mistakes,
): Promise<MigrationEvidence["published"]> {
  if (directory === undefined) return (await collectPublished(url, limitsOf(), host)).evidence;
  const document = async (name: string): Promise<PublishedJwks> => {
    const file = join(directory, name);
    return { url: inputName(file), status: 200, headers: {}, body: await readText(file, host) };
  };
  return mistakes.attempt(async () => ({
    discovery: await document("openid-configuration"),
    jwks: await document("keys.json"),
  }));
}

/** The roles of an account with their trust policies, as `aws iam list-roles` prints them. */
async function readRoles(file: string, host: Host): Promise<ListedRole[]> {
  const parsed = parseJson(await readText(file, host));
  const roles = isObject(parsed) ? parsed.Roles : undefined;
  const isList =
    Array.isArray(roles) &&
    roles.every(
      (role) =>
        isObject(role) &&
        typeof role.RoleName === "string" &&
        isObject(role.AssumeRolePolicyDocument),
    );
  if (!isList || (isObject(parsed) && parsed.IsTruncated === true)) {
    throw new UsageError(
      `--roles ${inputName(file)} must be all roles of the account, as \`aws iam list-roles --output json\` prints them`,
    );
  }
  return (roles as { RoleName: string; AssumeRolePolicyDocument: object }[]).map((role) => ({
    name: role.RoleName,
    trustPolicy: role.AssumeRolePolicyDocument,
  }));
}

/** The issuers of each API server among pods, by its flags. */
async function readApiServerPods(file: string, host: Host): Promise<ApiServerIssuers[]> {
  const parsed = parseJson(await readText(file, host));
  const items = isObject(parsed) && Array.isArray(parsed.items) ? parsed.items : [parsed];
  const servers = items.flatMap((pod: unknown): ApiServerIssuers[] => {
    if (!isObject(pod)) return [];
    const { metadata, spec } = pod;
    const containers = isObject(spec) && Array.isArray(spec.containers) ? spec.containers : [];
    const words = containers
      .filter((each: unknown) => isObject(each) && each.name === "kube-apiserver")
      .flatMap((each: { command?: unknown; args?: unknown }) => [each.command, each.args].flat())
      .map(String);
    const server = isObject(metadata) ? String(metadata.name) : "an API server";
    return words.length === 0 ? [] : [{ server, issuers: issuersOf(words) }];
  });
  if (servers.length > 0) return servers;
  throw new UsageError(
    `--api-server-pods ${inputName(file)} must be pods with the container kube-apiserver, as \`kubectl get pods --output json\` prints them`,
  );
}

/** `--service-account-issuer`, the one that signs first. */
function issuersOf(words: readonly string[]): string[] {
  const flag = "--service-account-issuer";
  return words.flatMap((word, at) => {
    if (word === flag) return words[at + 1] ?? [];
    return word.startsWith(`${flag}=`) ? word.slice(flag.length + 1) : [];
  });
}
