import type { AccountEvidence, ProviderEvidence, RoleEvidence } from "../../modules/diagnosis";
import type { Credentials } from "../io/signed-get";
import { loadAwsClients } from "../io/load-aws-clients";
import { presentable } from "../io/presentable";
import { type Limits, NotCollected } from "./collected";
import type { TimedAnswer } from "./published";

/** Whose credentials are used, and where. */
export interface AwsOptions {
  /** @default - that of the environment */
  readonly profile?: string;
  /** @default - that of the environment or the profile, else us-east-1: IAM is global */
  readonly region?: string;
  /**
   * How often a request is sent that IAM throttles.
   * @default 2
   */
  readonly maxAttempts?: number;
}

/** The account that the credentials are of. */
export interface CallerIdentity {
  readonly accountId: string;
  readonly partition: string;
  /** What the clock of STS says. */
  readonly clock: TimedAnswer;
}

const maxProviders = 100;
const parallelCalls = 5;

type Clients = Awaited<ReturnType<typeof loadAwsClients>>;

/**
 * Reads IAM with the credentials that the AWS SDK finds. Its calls are GetCallerIdentity,
 * ListOpenIDConnectProviders, GetOpenIDConnectProvider and GetRole.
 */
export class Iam {
  private constructor(
    private readonly sdk: Clients,
    private readonly client: InstanceType<Clients["IAMClient"]>,
    private readonly signal: AbortSignal,
    readonly caller: CallerIdentity,
  ) {}

  /** @throws {NotCollected} there are no credentials, or AWS refuses them */
  static async open(
    { profile, region, maxAttempts = 2 }: AwsOptions,
    { requestMilliseconds, signal }: Limits,
  ): Promise<Iam> {
    const sdk = await loadAwsClients();
    const environment = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
    const config = {
      region: region ?? environment ?? "us-east-1",
      maxAttempts,
      requestHandler: {
        requestTimeout: requestMilliseconds,
        connectionTimeout: requestMilliseconds,
        // Otherwise it prints a warning, and waits.
        throwOnRequestTimeout: true,
      },
      ...(profile !== undefined && { profile }),
    };
    const sts = new sdk.STSClient(config);
    const client = new sdk.IAMClient(config);
    try {
      const clock = watchClock(sts);
      const command = new sdk.GetCallerIdentityCommand({});
      const { Account: accountId = "", Arn: arn = "" } = await sts.send(command, {
        abortSignal: signal,
      });
      const partition = arn.split(":")[1] ?? "aws";
      return new Iam(sdk, client, signal, { accountId, partition, clock: clock() });
    } catch (error) {
      throw reasonOf(error, "sts:GetCallerIdentity");
    } finally {
      sts.destroy();
    }
  }

  /** The account's identity providers, at most 100. */
  async account(): Promise<AccountEvidence> {
    const { accountId, partition } = this.caller;
    const command = new this.sdk.ListOpenIDConnectProvidersCommand({});
    const { OpenIDConnectProviderList: list = [] } = await this.call(
      "iam:ListOpenIDConnectProviders",
      (options) => this.client.send(command, options),
    );
    const arns = list.flatMap(({ Arn: arn }) => arn ?? []).slice(0, maxProviders);
    const providers = await inTurns(arns, (arn) => this.provider(arn));
    return { accountId, partition, providers, source: "iam" };
  }

  private async provider(arn: string): Promise<ProviderEvidence> {
    const command = new this.sdk.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn });
    const {
      Url: url = "",
      ClientIDList: clientIds = [],
      ThumbprintList: thumbprints = [],
    } = await this.call("iam:GetOpenIDConnectProvider", (options) =>
      this.client.send(command, options),
    );
    return { arn, url: `https://${url.replace(/^https:\/\//, "")}`, clientIds, thumbprints };
  }

  /** Roles by their ARNs; one that cannot be read says why. */
  async roles(arns: readonly string[]): Promise<readonly RoleEvidence[]> {
    return inTurns(arns, (arn) => this.role(arn));
  }

  private async role(arn: string): Promise<RoleEvidence> {
    const [, , , , account] = arn.split(":");
    if (account !== this.caller.accountId) {
      return {
        arn,
        missing: `it is in the account ${presentable(account ?? "")}, and the credentials are of ${this.caller.accountId}: choose others with --profile`,
      };
    }
    const name = arn.split("/").at(-1) ?? "";
    const command = new this.sdk.GetRoleCommand({ RoleName: name });
    try {
      const { Role: role } = await this.client.send(command, { abortSignal: this.signal });
      const boundary = role?.PermissionsBoundary?.PermissionsBoundaryArn;
      return {
        // What IAM has counts: the path may be another.
        arn: role?.Arn ?? arn,
        exists: true,
        trustPolicy: parsePolicy(decodeURIComponent(role?.AssumeRolePolicyDocument ?? "")),
        ...(role?.MaxSessionDuration !== undefined && {
          maxSessionDuration: role.MaxSessionDuration,
        }),
        ...(boundary !== undefined && { permissionsBoundaryArn: boundary }),
      };
    } catch (error) {
      if ((error as Error).name.startsWith("NoSuchEntity")) return { arn, exists: false };
      return { arn, missing: (reasonOf(error, "iam:GetRole") as Error).message };
    }
  }

  /**
   * Any other call.
   *
   * @param action as policies name it
   * @throws {NotCollected} AWS refuses it
   */
  async read<T>(
    action: string,
    send: (
      client: InstanceType<Clients["IAMClient"]>,
      sdk: Clients,
      options: { readonly abortSignal: AbortSignal },
    ) => Promise<T>,
  ): Promise<T> {
    return this.call(action, (options) => send(this.client, this.sdk, options));
  }

  /** What signs requests to other services. */
  credentials(): Promise<Credentials> {
    return this.client.config.credentials();
  }

  private async call<T>(
    action: string,
    send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    try {
      return await send({ abortSignal: this.signal });
    } catch (error) {
      throw reasonOf(error, action);
    }
  }

  close(): void {
    this.client.destroy();
  }
}

/** Notes the clock of the next answer. */
function watchClock(client: InstanceType<Clients["STSClient"]>): () => TimedAnswer {
  let date: string | undefined;
  let localTime = new Date().toISOString();
  client.middlewareStack.add(
    (next) => async (input) => {
      const result = await next(input);
      const { headers } = result.response as { readonly headers?: Record<string, string> };
      date = headers?.date;
      localTime = new Date().toISOString();
      return result;
    },
    { step: "deserialize", name: "irsaClock", priority: "low" },
  );
  return () => {
    const time = Date.parse(date ?? "");
    const isKnown = !Number.isNaN(time);
    return { server: "sts", localTime, ...(isKnown && { time: new Date(time).toISOString() }) };
  };
}

/** Works on a few items at a time. */
export async function inTurns<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += parallelCalls) {
    results.push(...(await Promise.all(items.slice(start, start + parallelCalls).map(work))));
  }
  return results;
}

/** A policy as IAM or Terraform has it. @returns the text of one that is not JSON */
export function parsePolicy(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What to do, by the name of the error that the SDK throws. */
const remedies: Readonly<Record<string, string>> = {
  ExpiredToken: "sign in again",
  ExpiredTokenException: "sign in again",
  InvalidClientTokenId: "sign in again, or choose another profile with --profile",
  SignatureDoesNotMatch: "check the credentials and this machine's clock",
  UnrecognizedClientException: "sign in again, or choose another profile with --profile",
};

function reasonOf(error: unknown, action: string): unknown {
  if (error instanceof NotCollected) return error;
  const { name, message, code = "" } = error as Error & { readonly code?: string };
  if (name.startsWith("AccessDenied")) {
    return new NotCollected(`AWS answers 403: your credentials need ${action}`);
  }
  if (name === "CredentialsProviderError") {
    return new NotCollected(
      `AWS credentials: ${presentable(message)}; sign in (aws sso login), or choose a profile with --profile`,
    );
  }
  const remedy = remedies[name];
  const said = presentable(`${name}: ${message === "" ? code : message}`);
  return new NotCollected(`${action} failed: ${said}${remedy === undefined ? "" : `; ${remedy}`}`);
}
