import {
  type ApiServerEvidence,
  type ClockEvidence,
  type Collected,
  type Evidence,
  flagOf,
  type Intended,
  type PodEvidence,
  roleArnPattern,
  type RoleEvidence,
  rolesFor,
  type ServiceAccountEvidence,
  type StsEvidence,
  type Target,
  valueOf,
  type WebhookEvidence,
} from "../../modules/diagnosis";
import { stsAudience } from "../../modules/cluster";
import type { Host } from "../io/host";
import { Kubectl, type KubectlOptions } from "../io/kubectl";
import { collectApiServers, issuerOf } from "./api-servers";
import { ClusterConnection } from "./cluster-connection";
import { collect, limitsOf, type Limits } from "./collected";
import { collectDryRun } from "./dry-run";
import { type AwsOptions, Iam } from "./iam";
import { annotationOf, formatObjectName, type ObjectName, parseObjectName } from "./object-name";
import { collectPod, collectPods } from "./pods";
import { collectPublished, type TimedAnswer } from "./published";
import { collectNamespace, collectServiceAccount } from "./service-account";
import { collectSts } from "./sts";
import type { TerraformIam } from "./terraform-state";
import { collectToken, type FreshToken } from "./token";
import { collectWebhook } from "./webhook";

/** What to look at, and how. */
export interface CollectProps {
  readonly target: Target;
  readonly intended: Collected<Intended>;
  readonly kubernetes: KubectlOptions;
  readonly aws: AwsOptions;
  /** Assume the role, as a pod does. */
  readonly callSts: boolean;
  /**
   * What Terraform wrote to IAM, for those without credentials.
   * @default - there is no stack
   */
  readonly terraformIam?: (signal: AbortSignal) => Promise<TerraformIam>;
  /** What is being looked at, for a line of progress. */
  readonly say?: (what: string) => void;
  /** @default - 30 seconds in all */
  readonly limits?: Limits;
}

/** More roles than a ServiceAccount has, and more than a person reads about. */
const maxRoles = 50;
/** So many ServiceAccounts of the configuration are tried for one that exists. */
const maxTried = 5;

/** Collects evidence from every source, in parallel as far as they allow; never longer than 30 seconds. */
export async function collectEvidence(props: CollectProps, host: Host): Promise<Evidence> {
  return new Collection(props, host).run();
}

type Pending<T> = Promise<Collected<T>>;

class Collection {
  private readonly collectedAt = new Date().toISOString();
  private readonly limits: Limits;
  private readonly clocks: ClockEvidence[] = [];
  private readonly pending = new Set<string>();
  private readonly intended: Intended | undefined;
  /** The ServiceAccount, where it was looked for among those of the configuration. */
  private found: Collected<ServiceAccountEvidence> | undefined;

  constructor(
    private readonly props: CollectProps,
    private readonly host: Host,
  ) {
    this.limits = props.limits ?? limitsOf();
    this.intended = valueOf(props.intended);
  }

  async run(): Promise<Evidence> {
    const { target, kubernetes, callSts } = this.props;
    const kubectl = new Kubectl(this.host, kubernetes, this.limits);
    const cluster = this.collect("the cluster", () => ClusterConnection.open(kubectl));
    const iam = this.openIam();
    const account = this.account(iam);
    const apiServers = this.inCluster(cluster, "the API servers", collectApiServers);
    const published = this.published(apiServers);
    const webhook = this.inCluster(cluster, "the webhook", collectWebhook);

    const targetPod = parseObjectName(target.pod ?? "");
    const pod =
      targetPod &&
      this.inCluster(cluster, `the pod ${formatObjectName(targetPod)}`, (it) =>
        collectPod(it, targetPod),
      );
    const name = await this.serviceAccountName(cluster, pod);
    const ofServiceAccount = async <T>(
      what: string,
      work: (cluster: ClusterConnection, name: ObjectName) => Promise<T>,
    ): Pending<T> =>
      name === undefined
        ? { missing: "no ServiceAccount is named: choose one with --service-account" }
        : this.inCluster(cluster, what, (it) => work(it, name));
    const serviceAccount =
      this.found ?? ofServiceAccount("the ServiceAccount", collectServiceAccount);
    const namespace = ofServiceAccount("the namespace", (it, { namespace }) =>
      collectNamespace(it, namespace),
    );
    const dryRun = ofServiceAccount("a dry run", collectDryRun);
    const pods = pod === undefined ? ofServiceAccount("the pods", collectPods) : listOf(pod);

    const annotations = valueOf(await serviceAccount)?.annotations ?? {};
    const audience =
      annotationOf(annotations, "audience") ??
      audienceOfWebhook(valueOf(await webhook)) ??
      this.intended?.audiences[0] ??
      stsAudience;
    const token = this.token(cluster, name, audience, published);
    const roleArns = await this.roleArns(name, annotations, dryRun, pods);
    const roles = this.roles(iam, roleArns);
    const sts = callSts ? this.sts(token, roleArns[0]) : notCalled;

    const serviceAccountName = name === undefined ? undefined : formatObjectName(name);
    const evidence: Omit<Evidence, "clocks"> = {
      collectedAt: this.collectedAt,
      target: {
        ...target,
        ...(serviceAccountName !== undefined && { serviceAccount: serviceAccountName }),
      },
      intended: this.props.intended,
      published: map(await published, ({ evidence: value }) => value),
      account: await account,
      roles: await roles,
      apiServers: await apiServers,
      token: map(await token, ({ evidence: value }) => value),
      serviceAccount: await serviceAccount,
      namespace: await namespace,
      webhook: await webhook,
      dryRun: await dryRun,
      pods: await pods,
      sts: await sts,
    };
    valueOf(await iam)?.close();
    return { ...evidence, clocks: this.clocksEvidence() };
  }

  private collect<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Pending<T> {
    this.pending.add(what);
    this.say();
    return collect(what, this.limits, work).finally(() => {
      this.pending.delete(what);
      this.say();
    });
  }

  private say(): void {
    if (this.pending.size > 0) this.props.say?.(`Looking at ${[...this.pending].join(", ")}`);
  }

  private async inCluster<T>(
    cluster: Pending<ClusterConnection>,
    what: string,
    work: (cluster: ClusterConnection) => Promise<T>,
  ): Pending<T> {
    const connected = await cluster;
    return "missing" in connected ? connected : this.collect(what, () => work(connected.value));
  }

  private openIam(): Pending<Iam> {
    const { profile, region = this.intended?.region } = this.props.aws;
    return this.collect("IAM", async () => {
      const iam = await Iam.open({ profile, region }, this.limits);
      this.note("aws", iam.caller.clock);
      return iam;
    });
  }

  private async account(pendingIam: Pending<Iam>): Promise<Evidence["account"]> {
    const iam = await pendingIam;
    if ("value" in iam) {
      return this.collect("the identity providers", () => iam.value.account());
    }
    const state = await this.terraformIam();
    return state === undefined ? iam : map(state, ({ account }) => account);
  }

  private stateOfIam: Pending<TerraformIam> | undefined;

  /** What Terraform's state says, read once; undefined where there is none. */
  private terraformIam(): Promise<Collected<TerraformIam> | undefined> {
    const { terraformIam } = this.props;
    if (terraformIam === undefined) return Promise.resolve(undefined);
    this.stateOfIam ??= this.collect("Terraform's state", terraformIam);
    return this.stateOfIam.then((state) => ("value" in state ? state : undefined));
  }

  private async published(
    apiServers: Pending<readonly ApiServerEvidence[]>,
  ): Pending<Awaited<ReturnType<typeof collectPublished>>> {
    const issuerUrl = this.intended?.issuerUrl ?? issuerOf(await apiServers);
    if (issuerUrl === undefined) {
      return {
        missing: "the issuer is not known: name a cluster, or its issuer with --issuer-url",
      };
    }
    const documents = await this.collect("the published documents", () =>
      collectPublished(issuerUrl, this.limits, this.host),
    );
    valueOf(documents)?.clocks.forEach((clock) => {
      this.note("issuer", clock);
    });
    return documents;
  }

  /** The one that is asked for; else that of the pod, of the role, or one of the configuration. */
  private async serviceAccountName(
    cluster: Pending<ClusterConnection>,
    pod: Pending<PodEvidence> | undefined,
  ): Promise<ObjectName | undefined> {
    const { serviceAccount, roleArn } = this.props.target;
    if (serviceAccount !== undefined) return parseObjectName(serviceAccount);
    if (pod !== undefined) {
      const { namespace, serviceAccount: name } = valueOf(await pod) ?? {};
      return namespace === undefined || name === undefined ? undefined : { namespace, name };
    }
    const roles = this.intended?.roles ?? [];
    const names = roles
      .filter(({ arn }) => roleArn === undefined || arn === roleArn)
      .flatMap(({ serviceAccounts }) =>
        serviceAccounts.flatMap((text) => parseObjectName(text) ?? []),
      );
    // Of a role the one that should exist, of a cluster one that does.
    if (roleArn !== undefined) return names[0];
    for (const name of names.slice(0, maxTried)) {
      const found = await this.inCluster(cluster, "the ServiceAccounts", (it) =>
        collectServiceAccount(it, name),
      );
      if (valueOf(found)?.exists === true) {
        this.found = found;
        return name;
      }
    }
    return undefined;
  }

  private async token(
    pendingCluster: Pending<ClusterConnection>,
    name: ObjectName | undefined,
    audience: string,
    published: ReturnType<Collection["published"]>,
  ): Pending<FreshToken> {
    const documents = await published;
    const cluster = await pendingCluster;
    const token = await this.inCluster(pendingCluster, "a token", (it) =>
      collectToken(
        it,
        // Every cluster has this one: its tokens show issuer and key as well.
        name ?? { namespace: "default", name: "default" },
        audience,
        valueOf(documents)?.evidence.jwks?.body,
      ),
    );
    const { claims, requestedAt } = valueOf(token)?.evidence ?? {};
    if (requestedAt !== undefined && typeof claims?.iat === "number") {
      this.note("apiServer", {
        server: valueOf(cluster)?.server ?? "the API server",
        time: new Date(claims.iat * 1000).toISOString(),
        localTime: requestedAt,
      });
    }
    return token;
  }

  /** The roles in question, the most likely first. */
  private async roleArns(
    name: ObjectName | undefined,
    annotations: Readonly<Record<string, string>>,
    pendingDryRun: Promise<Evidence["dryRun"]>,
    pendingPods: Promise<Evidence["pods"]>,
  ): Promise<readonly string[]> {
    const dryRun = valueOf(await pendingDryRun);
    const pods = [
      ...(dryRun !== undefined && "pod" in dryRun ? [dryRun.pod] : []),
      ...(valueOf(await pendingPods) ?? []),
    ];
    const all = this.intended?.roles ?? [];
    const configured = (name === undefined ? all : rolesFor(formatObjectName(name), all)).flatMap(
      ({ arn }) => arn ?? [],
    );
    const { roleArn } = this.props.target;
    const candidates =
      roleArn === undefined
        ? [annotationOf(annotations, "role-arn"), ...pods.flatMap(rolesOfPod), ...configured]
        : [roleArn, annotationOf(annotations, "role-arn")];
    return [
      ...new Set(
        candidates.flatMap((arn) => (arn !== undefined && roleArnPattern.test(arn) ? [arn] : [])),
      ),
    ].slice(0, maxRoles);
  }

  private async roles(
    pendingIam: Pending<Iam>,
    arns: readonly string[],
  ): Pending<readonly RoleEvidence[]> {
    if (arns.length === 0) {
      return { missing: "no role is known: choose one with --role-arn" };
    }
    const iam = await pendingIam;
    if ("value" in iam) return this.collect("the roles", () => iam.value.roles(arns));
    const state = await this.terraformIam();
    if (state === undefined) return iam;
    return map(state, ({ roles }) => {
      const missing = "Terraform's state does not have it, and IAM cannot be read";
      return arns.map((arn) => roles.find((role) => role.arn === arn) ?? { arn, missing });
    });
  }

  private async sts(
    pendingToken: Pending<FreshToken>,
    roleArn: string | undefined,
  ): Pending<StsEvidence> {
    const token = await pendingToken;
    if (roleArn === undefined) return { missing: "no role is known: choose one with --role-arn" };
    if ("missing" in token)
      return { missing: `there is no token to call it with: ${token.missing}` };
    const region = this.regionOf(roleArn);
    const answer = await this.collect("STS", () =>
      collectSts(token.value.token, roleArn, region, this.limits, this.host),
    );
    const { clock } = valueOf(answer) ?? {};
    if (clock !== undefined) this.note("aws", clock);
    return map(answer, ({ evidence }) => evidence);
  }

  private regionOf(roleArn: string): string {
    const [, partition = "aws"] = roleArn.split(":");
    return (
      this.props.aws.region ??
      this.intended?.region ??
      this.host.io.env.AWS_REGION ??
      regionsOfPartitions[partition] ??
      "us-east-1"
    );
  }

  private note(of: ClockEvidence["of"], { server, time, localTime }: TimedAnswer): void {
    if (time !== undefined) this.clocks.push({ server, time, localTime, of });
  }

  private clocksEvidence(): Evidence["clocks"] {
    return this.clocks.length === 0
      ? { missing: "no server said what time it is" }
      : { value: this.clocks };
  }
}

const notCalled: Evidence["sts"] = {
  missing: "it was not called: --call-sts assumes the role with a fresh token",
};

/** A region of each partition that has its own accounts. */
const regionsOfPartitions: Readonly<Record<string, string>> = {
  "aws-cn": "cn-north-1",
  "aws-eusc": "eusc-de-east-1",
  "aws-us-gov": "us-gov-west-1",
};

function map<T, R>(collected: Collected<T>, change: (value: T) => R): Collected<R> {
  return "value" in collected ? { value: change(collected.value) } : collected;
}

async function listOf<T>(pending: Pending<T>): Pending<readonly T[]> {
  return map(await pending, (value) => [value]);
}

function rolesOfPod({ containers }: PodEvidence): string[] {
  return containers.flatMap(({ env }) =>
    typeof env.AWS_ROLE_ARN === "string" ? [env.AWS_ROLE_ARN] : [],
  );
}

function audienceOfWebhook(webhook: WebhookEvidence | undefined): string | undefined {
  return webhook?.hooks
    .map((hook) => flagOf(hook, "token-audience"))
    .find((audience) => audience !== undefined);
}
