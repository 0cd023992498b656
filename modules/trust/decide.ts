import { Refusal } from "./refusal";
import { allowingStatements } from "./trust-policy";
import {
  hostpathOf,
  type PublishedDocuments,
  type RegisteredProvider,
  verifyWebIdentity,
  type WebIdentity,
} from "./web-identity";

/** A call of `sts:AssumeRoleWithWebIdentity`, and what AWS would look at to answer it. */
export interface WebIdentityRequest {
  /** The ServiceAccount token of the pod. */
  readonly token: string;
  /** What the issuer publishes. */
  readonly documents: PublishedDocuments;
  /** The identity provider of the account. */
  readonly provider: RegisteredProvider;
  /** The trust policy of the role: JSON, as text or parsed. */
  readonly trustPolicy: unknown;
  /** When the call is made. @default - now */
  readonly now?: Date;
}

/** Whether a pod gets credentials, and why: sentences to be printed, one a reason. */
export interface Decision {
  readonly allowed: boolean;
  /** At least one. */
  readonly reasons: readonly string[];
}

/**
 * Decides as AWS STS and IAM do whether a token may assume a role: first the token against the
 * published documents and the registered provider (signature, `iss`, `aud`, `exp`, `nbf`), then the
 * role's trust policy. Nothing is called; where this decision cannot tell, it refuses.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html AssumeRoleWithWebIdentity}
 *
 * @example
 * const { allowed, reasons } = await decideWebIdentity({ token, documents, provider, trustPolicy });
 */
export async function decideWebIdentity(request: WebIdentityRequest): Promise<Decision> {
  const { token, documents, provider, trustPolicy, now = new Date() } = request;
  try {
    const identity = await verifyWebIdentity(token, documents, provider, now);
    const context = contextOf(identity, hostpathOf(provider));
    const reasons = allowingStatements(trustPolicy, { principal: provider.arn, context });
    return { allowed: true, reasons };
  } catch (error) {
    if (error instanceof Refusal) return { allowed: false, reasons: error.reasons };
    throw error;
  }
}

function contextOf({ aud, sub, oaud, amr }: WebIdentity, hostpath: string) {
  return new Map(
    Object.entries({ aud: [aud], sub: [sub], oaud, amr })
      .filter(([, values]) => values.length > 0)
      .map(([claim, values]) => [`${hostpath}:${claim}`.toLowerCase(), values]),
  );
}
