import { IssuerChecks } from "./issuer-checks";
import { IssuerFacts, type IssuerMigrationProps, type MovingIssuer } from "./issuer-facts";
import { type IssuerEdit, latest, type Step } from "./step";
import { formatSeconds } from "./times";

/**
 * - `staged`: published and trusted, or about to be; the cluster does not sign as this issuer.
 * - `accepted`: API servers take its tokens, too.
 * - `signing`: new tokens name it.
 * - `draining`: new tokens name another issuer, and its last ones are still valid.
 * - `retired`: it is no longer published.
 */
type IssuerState = "staged" | "accepted" | "signing" | "draining" | "retired";

/** An issuer as it is. */
export interface IssuerStatus {
  readonly name: string;
  readonly state: IssuerState;
  /** @default - not known */
  readonly url?: string;
  /** @default - not recorded */
  readonly signedUntil?: Date;
  /** When its last token has expired. @default - not known */
  readonly drainedAt?: Date;
}

/** A move of a cluster to another issuer. */
export interface IssuerMigrationPlan {
  /** The issuer to sign as. */
  readonly to: string;
  readonly issuers: readonly IssuerStatus[];
  /** Steps that are left, the next one first. */
  readonly steps: readonly Step<IssuerEdit>[];
}

/**
 * Plans the move of a cluster to another issuer in steps that are safe one after the other: publish the new
 * issuer and let AWS and every role trust it (stage), let API servers accept it (accept), let the cluster
 * sign as it (promote), wait until the last token of the old issuer has expired (drain), and end the old
 * issuer (retire).
 *
 * What nobody has looked at is `unknown`, and a step with an unknown check is not ready.
 *
 * @example
 * const { steps } = planIssuerMigration({
 *   signing: { name: "oidc", url: "https://s3.eu-central-1.amazonaws.com/acme-prod-oidc" },
 *   previous: [],
 *   to: "cdn",
 *   retiredIssuers: [],
 *   apiServer,
 *   evidence: {},
 *   now: new Date(),
 * });
 * steps[0]?.step; // "stage"
 */
export function planIssuerMigration(props: IssuerMigrationProps): IssuerMigrationPlan {
  const facts = new IssuerFacts(props);
  const migration = new IssuerMigration(facts, new IssuerChecks(facts));
  return { to: facts.to, issuers: migration.statuses(), steps: migration.steps() };
}

/** The states of the issuers, and the steps that are left. */
class IssuerMigration {
  constructor(
    private readonly facts: IssuerFacts,
    private readonly checks: IssuerChecks,
  ) {}

  statuses(): IssuerStatus[] {
    const { signing, next, previous, retiredIssuers } = this.facts.props;
    return [
      this.status(signing),
      ...(next === undefined ? [] : [this.status(next)]),
      ...previous.map((issuer) => this.status(issuer)),
      ...retiredIssuers.map((name) => ({ name, state: "retired" as const })),
    ];
  }

  private status(issuer: MovingIssuer): IssuerStatus {
    const drainedAt = this.facts.drainedAt(issuer);
    const { name, url, signedUntil } = issuer;
    return {
      name,
      state: this.state(issuer),
      ...(url !== undefined && { url }),
      ...(signedUntil !== undefined && { signedUntil }),
      ...(drainedAt !== undefined && { drainedAt }),
    };
  }

  /** Tokens say what the cluster signs as; without any, the configuration does. */
  private state(issuer: MovingIssuer): IssuerState {
    const { signing, next } = this.facts.props;
    if (this.facts.signsAs(issuer) ?? issuer.name === signing.name) return "signing";
    if (issuer.name !== this.facts.to && issuer.name !== next?.name) return "draining";
    return this.checks.accepted(issuer).result === "passed" ? "accepted" : "staged";
  }

  /** The steps that are left. */
  steps(): Step<IssuerEdit>[] {
    const { signing, apiServer } = this.facts.props;
    const { target, former, to } = this.facts;
    const isPromoted = signing.name === to;
    const isAccepted =
      isPromoted || apiServer.issuers === "one" || this.checks.accepted(target).result === "passed";
    return [
      ...(target === undefined ? [this.stage()] : []),
      ...(isAccepted ? [] : [this.accept(target)]),
      ...(isPromoted ? [] : [this.promote(target)]),
      ...former
        .filter(({ signedUntil }) => signedUntil === undefined)
        .map((issuer) => this.drain(issuer)),
      ...former.map((issuer) => this.retire(issuer)),
    ];
  }

  private stage(): Step<IssuerEdit> {
    return {
      step: "stage",
      subject: this.facts.to,
      what: `${this.facts.to} is published with the cluster's keys, has an identity provider, and every role of the stack trusts it.`,
      reason:
        "AWS refuses a token whose issuer a role does not trust, so roles trust both before anything is signed as the new one.",
      apiServer:
        "It does not sign as the issuer yet. Where Terraform configures the machines, it accepts it from then on; else nothing changes.",
      checks: [this.checks.nameFree()],
      edit: { edit: "add-issuer", issuer: this.facts.to },
    };
  }

  private accept(target: MovingIssuer | undefined): Step<IssuerEdit> {
    const seen = this.checks.accepted(target);
    const missing = seen.result === "failed" ? ` ${seen.what}` : "";
    return {
      step: "accept",
      subject: this.facts.to,
      what: `Every API server accepts tokens of ${this.facts.to}; none signs as it yet.${missing}`,
      reason:
        "With several control-plane nodes, the first one that signs as the new issuer makes tokens that the others refuse. So all accept it first.",
      apiServer: this.facts.props.apiServer.what,
      checks: [this.checks.published(target), this.checks.trusted(target)],
    };
  }

  private promote(target: MovingIssuer | undefined): Step<IssuerEdit> {
    const { apiServer, signing } = this.facts.props;
    const isOne = apiServer.issuers === "one";
    return {
      step: "promote",
      subject: this.facts.to,
      what: `The cluster signs as ${this.facts.to}; ${signing.name} stays published and trusted${isOne ? "" : ", and accepted"}.`,
      reason: `Tokens of ${signing.name} are in use until they expire.`,
      apiServer: apiServer.what,
      ...(isOne && {
        window:
          "The Kubernetes API refuses the tokens that pods have until the kubelet renews them, up to 50 minutes later, or the pods are restarted: network plug-in and DNS first. AWS accepts the tokens of both issuers.",
      }),
      checks: [
        this.checks.published(target),
        this.checks.trusted(target),
        this.checks.roles(signing, target),
        isOne ? this.checks.windowAccepted() : this.checks.accepted(target),
      ],
      edit: { edit: "sign-as", issuer: this.facts.to },
    };
  }

  private drain(issuer: MovingIssuer): Step<IssuerEdit> {
    const check = this.checks.signs();
    const issued = this.facts.tokens.map(({ issuedAt }) => issuedAt.getTime());
    return {
      step: "drain",
      subject: issuer.name,
      what: `It is recorded when the cluster has signed as ${issuer.name} last; its tokens expire within ${formatSeconds(this.facts.lifetime)}.`,
      reason: `As long as one token of ${issuer.name} is valid, AWS needs its documents and its identity provider.`,
      apiServer: "Nothing changes. Pods that read their token once, at their start, are restarted.",
      checks: [check],
      // The last server decides.
      ...(check.result === "passed" && {
        edit: {
          edit: "record-issuer-until" as const,
          issuer: issuer.name,
          time: new Date(Math.max(...issued)),
        },
      }),
    };
  }

  private retire(issuer: MovingIssuer): Step<IssuerEdit> {
    const { target } = this.facts;
    const checks = [
      ...this.checks.drained(issuer),
      this.checks.unused(issuer),
      this.checks.roles(issuer, target),
    ];
    const notBefore = latest(checks);
    return {
      step: "retire",
      subject: issuer.name,
      what: `${issuer.name} is no longer published and trusted: Terraform destroys its documents and its identity provider where it has made them.`,
      reason: `Every token of ${issuer.name} has expired by then.`,
      apiServer: "It need not accept the issuer any more.",
      checks,
      ...(notBefore !== undefined && { notBefore }),
      edit: { edit: "retire-issuer", issuer: issuer.name },
    };
  }
}
