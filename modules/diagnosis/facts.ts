import { inspectWebIdentity } from "../trust";
import type {
  ApiServerEvidence,
  ClockEvidence,
  Collected,
  Evidence,
  HookEvidence,
  HttpEvidence,
  PodEvidence,
  WebhookPodEvidence,
} from "./evidence";

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** Evidence with what several rules derive from it. */
export type Facts = ReturnType<typeof collectFacts>;

const discoveryPath = "/.well-known/openid-configuration";
/** A Date header has whole seconds, and an answer takes its time. */
const graceSeconds = 10;
const defaultPrefix = "eks.amazonaws.com";

/** @param evidence of its form; see `readEvidence` */
export function collectFacts(evidence: Evidence) {
  const intended = valueOf(evidence.intended);
  const published = valueOf(evidence.published);
  const account = valueOf(evidence.account);
  const token = valueOf(evidence.token);
  const serviceAccount = valueOf(evidence.serviceAccount);
  const pods = valueOf(evidence.pods);
  const dryRun = valueOf(evidence.dryRun);
  const hooks = valueOf(evidence.webhook)?.hooks;
  const dryRunPod = dryRun !== undefined && "pod" in dryRun ? dryRun.pod : undefined;
  const discoveryText = bodyOf(published?.discovery);
  const jwksText = bodyOf(published?.jwks);
  const jwks = parseObject(jwksText);
  const issuerUrl = intended?.issuerUrl ?? publishedAt(published?.discovery.url);
  const provider = account?.providers.find(({ url }) => url === issuerUrl);
  const collectedAt = timeOf(evidence.collectedAt);
  const now = collectedAt && new Date(collectedAt.getTime() + (offsetOf(evidence, "aws") ?? 0));
  const requestedAt = timeOf(token?.requestedAt) ?? collectedAt;
  const tokenTime =
    requestedAt &&
    new Date(requestedAt.getTime() + (offsetOf(evidence, "aws") ?? 0) + 1000 * graceSeconds);
  const prefix = hooks?.map((hook) => flagOf(hook, "annotation-prefix")).find(isText);
  return {
    evidence,
    intended,
    published,
    account,
    roles: valueOf(evidence.roles),
    apiServers: valueOf(evidence.apiServers)?.map(readApiServer),
    token,
    serviceAccount,
    namespace: valueOf(evidence.namespace),
    hooks,
    dryRun,
    dryRunPod,
    pods,
    sts: valueOf(evidence.sts),
    clocks: valueOf(evidence.clocks),
    /** The issuer that AWS should trust: as configured, else as it is published. */
    issuerUrl,
    /** Host and path of the issuer: what condition keys begin with. */
    hostpath: issuerUrl?.replace(/^https:\/\//, ""),
    /** The audience of pods' tokens. */
    audience: intended?.audiences[0] ?? "sts.amazonaws.com",
    /** The published documents, where they were read and are JSON objects. */
    discovery: parseObject(discoveryText),
    jwks,
    /** The published keys. */
    keys: jwks && keysIn(jwks),
    /** The identity provider whose URL is the issuer's, byte by byte. */
    provider,
    /** The ServiceAccount in question, `NAMESPACE/NAME`. */
    name: nameOf(evidence, serviceAccount ?? pods?.map(ownerOf)[0]),
    /** The prefix of the annotations that the webhook looks for. */
    prefix: prefix ?? defaultPrefix,
    /** When the evidence was collected, by AWS's clock where it was seen. */
    now,
    /** What STS says about documents, keys and token, as far as they are known. */
    trust: inspectWebIdentity({
      documents: {
        ...(discoveryText !== undefined && { discovery: discoveryText }),
        ...(jwksText !== undefined && { jwks: jwksText }),
      },
      ...(issuerUrl !== undefined && { issuerUrl }),
      ...(provider !== undefined && { provider }),
      ...(token !== undefined && { token: { ...token, verifiedBy: token.verifiedByPublished } }),
      ...(tokenTime !== undefined && { now: tokenTime }),
    }),
  };
}

/** What an API server says about itself, parsed. */
export interface ApiServerFacts {
  readonly endpoint: string;
  /** @default - not known */
  readonly issuer?: string;
  /** The `kid` of each of its keys. @default - not known */
  readonly keyIds?: readonly string[];
}

function readApiServer({ endpoint, discovery, jwks }: ApiServerEvidence): ApiServerFacts {
  const { issuer } = parseObject(valueOf(discovery)) ?? {};
  const keys = parseObject(valueOf(jwks));
  return {
    endpoint,
    ...(typeof issuer === "string" && { issuer }),
    ...(keys !== undefined && { keyIds: keysIn(keys).map(({ kid }) => textOf(kid)) }),
  };
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

function ownerOf({ namespace, serviceAccount }: PodEvidence): Named {
  return { namespace, name: serviceAccount };
}

function nameOf({ target }: Evidence, found: Named | undefined): string | undefined {
  return target.serviceAccount ?? (found && `${found.namespace}/${found.name}`);
}

/** What was collected; undefined where it is missing. */
export function valueOf<T>(collected: Collected<T>): T | undefined {
  return "value" in collected ? collected.value : undefined;
}

/** The text of a document that AWS reads. */
function bodyOf(answer: HttpEvidence | undefined): string | undefined {
  return answer?.status === 200 ? answer.body : undefined;
}

function publishedAt(url: string | undefined): string | undefined {
  return url?.endsWith(discoveryPath) === true ? url.slice(0, -discoveryPath.length) : undefined;
}

/** A JSON object of a string; undefined for anything else. */
export function parseObject(text: string | undefined): Json | undefined {
  try {
    return asObject(JSON.parse(text ?? ""));
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined;
}

function keysIn({ keys }: Json): readonly Json[] {
  return Array.isArray(keys)
    ? keys.map(asObject).filter((key): key is Json => key !== undefined)
    : [];
}

/** A value as text; what is missing as an empty string. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

function isText(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

/** A time of the evidence; undefined where it is none. */
export function timeOf(text: string | undefined): Date | undefined {
  const time = new Date(text ?? "");
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** How far a kind of clock is ahead of this machine's, in milliseconds; undefined where none was seen. */
export function offsetOf(evidence: Evidence, of: ClockEvidence["of"]): number | undefined {
  const clock = valueOf(evidence.clocks)?.find((one) => one.of === of);
  const [time, local] = [timeOf(clock?.time), timeOf(clock?.localTime)];
  return time === undefined || local === undefined ? undefined : time.getTime() - local.getTime();
}

/** The value of a flag of the webhook's command, written `--flag=VALUE` or `--flag VALUE`. */
export function flagOf({ pods }: HookEvidence, flag: string): string | undefined {
  for (const { args } of pods) {
    const joined = args.find((arg) => arg.startsWith(`--${flag}=`));
    if (joined !== undefined) return joined.slice(flag.length + 3);
    const index = args.indexOf(`--${flag}`);
    if (index !== -1) return args[index + 1];
  }
  return undefined;
}

/** The roles that containers of a pod have with a token: none, where nothing has given the pod any. */
export function roleArnsIn({ containers }: PodEvidence): string[] {
  return containers.flatMap(({ env }) =>
    typeof env.AWS_ROLE_ARN === "string" && env.AWS_WEB_IDENTITY_TOKEN_FILE !== undefined
      ? [env.AWS_ROLE_ARN]
      : [],
  );
}

/** Whether a webhook reads roles from a map, too: a ConfigMap in its own namespace. */
export function readsMap(hook: HookEvidence): boolean {
  return flagOf(hook, "watch-config-map") === "true" || hook.pods.some(isGivenMap);
}

function isGivenMap({ args }: WebhookPodEvidence): boolean {
  return args.includes("--watch-config-map");
}
