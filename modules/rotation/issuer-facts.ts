import type { ApiServerTraits } from "./api-server";
import type { PublishedJwks, RotationEvidence } from "./evidence";
import { TokenFacts } from "./token-facts";

/** One of a cluster's issuers. */
export interface MovingIssuer {
  readonly name: string;
  /** @default - not known before Terraform has made it */
  readonly url?: string;
  /** Recorded: the cluster has signed as this issuer no more since. @default - not recorded */
  readonly signedUntil?: Date;
}

/** A role as IAM has it. */
export interface ListedRole {
  readonly name: string;
  /** Its trust policy, parsed. */
  readonly trustPolicy: unknown;
}

/** The issuers that one API server accepts, the one that it signs as first. */
export interface ApiServerIssuers {
  /** What it is called: the name of its pod. */
  readonly server: string;
  readonly issuers: readonly string[];
}

/** What a migration plan looks at besides the configuration; each part may be missing. */
export interface MigrationEvidence extends Pick<RotationEvidence, "tokens"> {
  /** The documents of the issuer to sign as, as an anonymous client gets them. @default - not looked at */
  readonly published?: { readonly discovery?: PublishedJwks; readonly jwks?: PublishedJwks };
  /** The URLs that the stack's roles trust, by Terraform's outputs. @default - not looked at */
  readonly trustedIssuers?: readonly string[];
  /** Every role of the account. @default - not looked at */
  readonly roles?: readonly ListedRole[];
  /** Of each API server. @default - none was asked */
  readonly apiServers?: readonly ApiServerIssuers[];
}

/** What a plan to move a cluster to another issuer is made from. */
export interface IssuerMigrationProps {
  /** The issuer that the cluster signs as by the configuration. */
  readonly signing: MovingIssuer;
  /** Published and trusted already. @default - none */
  readonly next?: MovingIssuer;
  /** Issuers that stay trusted. */
  readonly previous: readonly MovingIssuer[];
  /**
   * The name of the issuer to sign as: the next one, a previous one, or a new one.
   * @default - the next one; without any, only what is left of earlier moves is planned
   */
  readonly to?: string;
  /** Names that no issuer may have any more. */
  readonly retiredIssuers: readonly string[];
  /** The `kid` of each key of the cluster. @default - not known before Terraform has made them */
  readonly keyIds?: readonly string[];
  readonly apiServer: ApiServerTraits;
  readonly evidence: MigrationEvidence;
  /** Stated by the user: every API server accepts the issuer to sign as. @default false */
  readonly isAccepted?: boolean;
  /** The longest that a token lives, in seconds. @default 86400, as tokens of the webhook */
  readonly tokenLifetime?: number;
  /** Whether a window is accepted, where the API server takes one issuer. @default false */
  readonly hardCut?: boolean;
  readonly now: Date;
}

/** What configuration, evidence and time say about the issuers. */
export class IssuerFacts extends TokenFacts<IssuerMigrationProps> {
  /** The name of the issuer to sign as. */
  readonly to: string;

  constructor(props: IssuerMigrationProps) {
    super(props);
    this.to = props.to ?? props.next?.name ?? props.signing.name;
  }

  /** The issuer to sign as; undefined for one that is not in the configuration yet. */
  get target(): MovingIssuer | undefined {
    const { signing, next, previous } = this.props;
    return [signing, ...(next === undefined ? [] : [next]), ...previous].find(
      ({ name }) => name === this.to,
    );
  }

  /** Issuers that the cluster has signed as, or will have. */
  get former(): readonly MovingIssuer[] {
    const { signing, previous } = this.props;
    return [
      ...previous.filter(({ name }) => name !== this.to),
      ...(signing.name === this.to ? [] : [signing]),
    ];
  }

  /** Whether fresh tokens name an issuer; undefined without any fresh token. */
  signsAs({ url }: MovingIssuer): boolean | undefined {
    const fresh = this.tokens.filter((token) => this.isFresh(token));
    return fresh.length === 0 || url === undefined
      ? undefined
      : fresh.some(({ issuer }) => issuer === url);
  }
}
