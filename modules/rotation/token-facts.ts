import { type ReadToken, readTokens, type RotationEvidence } from "./evidence";
import { addSeconds, clockSeconds, defaultTokenLifetime, freshSeconds } from "./times";

/** What tokens and times come from, in a plan for keys as in one for issuers. */
interface TokenProps {
  readonly evidence: Pick<RotationEvidence, "tokens">;
  readonly tokenLifetime?: number;
  readonly now: Date;
}

/** What tokens and their lifetime say. */
export class TokenFacts<Props extends TokenProps> {
  readonly tokens: readonly ReadToken[];
  /** The longest that a token lives, in seconds. */
  readonly lifetime: number;

  constructor(readonly props: Props) {
    this.tokens = readTokens(props.evidence);
    this.lifetime = props.tokenLifetime ?? defaultTokenLifetime;
  }

  isFresh({ issuedAt }: ReadToken): boolean {
    const age = (this.props.now.getTime() - issuedAt.getTime()) / 1000;
    return age >= -clockSeconds && age <= freshSeconds;
  }

  /** Whether a token claims to be issued later than clocks may differ. */
  isFromTheFuture({ issuedAt }: ReadToken): boolean {
    return issuedAt.getTime() > this.props.now.getTime() + clockSeconds * 1000;
  }

  /** When the last token has expired of a key or an issuer. */
  drainedAt({ signedUntil }: { readonly signedUntil?: Date }): Date | undefined {
    return signedUntil === undefined ? undefined : addSeconds(signedUntil, this.lifetime);
  }
}
