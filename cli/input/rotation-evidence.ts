import type {
  ApiServerJwks,
  FreshToken,
  PublishedJwks,
  RotationEvidence,
} from "../../modules/rotation";
import { valueOf } from "../../modules/diagnosis";
import { limitsOf } from "../evidence/collected";
import { readEvidenceFiles } from "../evidence/evidence-files";
import { getDocument } from "../evidence/published";
import type { Host } from "../io/host";
import { decodeJwtPart, isObject, parseJson } from "../io/json";
import { inputName, readText } from "../io/read-text";
import { UsageError } from "../io/usage-error";
import type { Mistakes } from "./mistakes";

/** Where evidence of a cluster's keys is. */
export interface RotationEvidenceOptions {
  readonly from?: string;
  readonly jwks?: string;
  readonly apiServerJwks?: readonly string[];
  readonly token?: readonly string[];
}

/** Evidence is of use for so long. */
const maxAgeMilliseconds = 3_600_000;

/** Reads what the options name. What cannot be read is a mistake; what is not named is not known. */
export async function readRotationEvidence(
  { from, jwks, apiServerJwks = [], token: tokens = [] }: RotationEvidenceOptions,
  cluster: string,
  host: Host,
  mistakes: Mistakes,
): Promise<RotationEvidence> {
  const seen =
    from === undefined
      ? undefined
      : await mistakes.attempt(() => readDoctorEvidence(from, cluster, host));
  const published =
    jwks === undefined ? undefined : await mistakes.attempt(() => readPublished(jwks, host));
  const apiServers: ApiServerJwks[] = [];
  for (const file of apiServerJwks) {
    const text = await mistakes.attempt(() => readJwks("--api-server-jwks", file, host));
    if (text !== undefined) apiServers.push({ endpoint: inputName(file), jwks: { value: text } });
  }
  const read: FreshToken[] = [];
  for (const file of tokens) {
    const token = await mistakes.attempt(() => readTokenFile(file, host));
    if (token !== undefined) read.push(token);
  }
  return {
    published: published === undefined ? seen?.published : { jwks: published },
    apiServers: [...(seen?.apiServers ?? []), ...apiServers],
    tokens: [...(seen?.tokens ?? []), ...read],
  };
}

/** @throws {UsageError} there is none of the cluster, or it is older than an hour */
async function readDoctorEvidence(
  directory: string,
  cluster: string,
  host: Host,
): Promise<RotationEvidence> {
  const all = await readEvidenceFiles(directory, host);
  const evidence = all.find(({ target }) => target.cluster === cluster);
  const name = `--from ${inputName(directory)}`;
  if (evidence === undefined) throw new UsageError(`${name} has no evidence of ${cluster}`);
  if (!(Date.now() - Date.parse(evidence.collectedAt) <= maxAgeMilliseconds)) {
    throw new UsageError(`${name} is older than an hour: run irsa doctor again`);
  }
  const token = valueOf(evidence.token);
  return {
    published: valueOf(evidence.published),
    apiServers: valueOf(evidence.apiServers) ?? [],
    tokens: token === undefined ? [] : [token],
  };
}

async function readPublished(name: string, host: Host): Promise<PublishedJwks> {
  if (/^https?:\/\//.test(name)) {
    if (!name.startsWith("https://")) throw new UsageError("--jwks must be a file or an https URL");
    return (await getDocument(name, limitsOf(), host.io)).evidence;
  }
  const { headers, status, body } = splitResponse(await readText(name, host));
  assertJwks("--jwks", name, body);
  return { url: inputName(name), status, headers, body };
}

/** Header fields and body of what `curl -i` prints; without header fields all is body. */
function splitResponse(text: string): {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  let body = text;
  let status = 200;
  let headers: Record<string, string> = {};
  // A proxy's answer may come before that of the server.
  for (;;) {
    const [head, first = ""] =
      /^HTTP\/[\d.]+ (\d{3})[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n/.exec(body) ?? [];
    if (head === undefined) return { status, headers, body };
    body = body.slice(head.length);
    status = Number(first);
    const fields = head
      .split(/\r?\n/)
      .slice(1)
      .flatMap((line) => {
        const at = line.indexOf(":");
        return at < 1
          ? []
          : [[line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const];
      });
    headers = Object.fromEntries(fields);
  }
}

async function readJwks(option: string, file: string, host: Host): Promise<string> {
  const text = await readText(file, host);
  assertJwks(option, file, text);
  return text;
}

function assertJwks(option: string, file: string, text: string): void {
  const value = parseJson(text);
  if (isObject(value) && Array.isArray(value.keys)) return;
  throw new UsageError(`${option} ${inputName(file)} must be a JWKS`);
}

/** Header and claims of a token; its signature is dropped at once. */
export async function readTokenFile(file: string, host: Host): Promise<FreshToken> {
  const parts = (await readText(file, host)).trim().split(".");
  const [header, claims] = parts.slice(0, 2).map(decodeJwtPart);
  const isToken =
    parts.length === 3 &&
    typeof header?.kid === "string" &&
    typeof claims?.iss === "string" &&
    typeof claims.iat === "number" &&
    Number.isFinite(claims.iat * 1000) &&
    Math.abs(claims.iat) < 1e11;
  if (!isToken) {
    throw new UsageError(
      `--token ${inputName(file)} must be a ServiceAccount token with kid, iss and iat (kubectl create token default)`,
    );
  }
  return { header, claims };
}
