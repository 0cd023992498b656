import type { StsEvidence } from "../../modules/diagnosis";
import { dnsSuffixOf, redactKeyMaterial } from "../../modules/validation";
import type { Host } from "../io/host";
import { sendHttps } from "../io/https-request";
import type { Limits } from "./collected";
import { clockOf, type TimedAnswer } from "./published";

/** What STS answered, and when by its clock. */
export interface CollectedSts {
  readonly evidence: StsEvidence;
  readonly clock: TimedAnswer;
}

/**
 * Assumes a role with a token, as a pod does. The credentials in the answer are dropped unread.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html AssumeRoleWithWebIdentity}
 */
export async function collectSts(
  token: string,
  roleArn: string,
  region: string,
  { requestMilliseconds, signal }: Limits,
  { io: { env, authorities } }: Host,
): Promise<CollectedSts> {
  const url = env.AWS_ENDPOINT_URL_STS ?? env.AWS_ENDPOINT_URL ?? stsEndpoint(region);
  const body = new URLSearchParams({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    DurationSeconds: "900",
    RoleArn: roleArn,
    RoleSessionName: "irsa-doctor",
    WebIdentityToken: token,
  }).toString();
  const answer = await sendHttps({
    ...{ url, signal, env, authorities, maxBytes: 65_536 },
    post: { contentType: "application/x-www-form-urlencoded", body },
    timeoutMilliseconds: requestMilliseconds,
  });
  const isAllowed = answer.status === 200;
  const code = isAllowed ? undefined : (element(answer.body, "Code") ?? answer.error);
  const message = isAllowed ? undefined : element(answer.body, "Message");
  return {
    clock: clockOf(new URL(url).host, answer),
    evidence: {
      ...{ endpoint: url, roleArn, isAllowed },
      ...(!isAllowed && { code: code ?? `HTTP ${answer.status ?? 0}` }),
      ...(message !== undefined && { message: redactKeyMaterial(message) }),
    },
  };
}

/** The regional endpoint of STS. */
function stsEndpoint(region: string): string {
  return `https://sts.${region}.${dnsSuffixOf(region)}`;
}

/** The text of an element of STS's answer. */
function element(xml: string, name: string): string | undefined {
  const [, text] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text
    ?.replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&")
    .trim();
}
