import type { Finding } from "../validation";
import { Refusal } from "./refusal";
import { evaluateTrustPolicy } from "./trust-policy";
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

/** Whether a pod gets credentials, and why. */
export interface Decision {
  readonly isAllowed: boolean;
  /** At least one; each has a code of `docs/reference/findings.md`. */
  readonly findings: readonly Finding[];
}

/**
 * Decides as AWS STS and IAM do whether a token may assume a role: first the token against the
 * published documents and the registered provider (signature, `iss`, `aud`, `exp`, `nbf`), then the
 * role's trust policy. Nothing is called; where this decision cannot tell, it refuses.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html AssumeRoleWithWebIdentity}
 *
 * @example
 * const { isAllowed, findings } = await decideWebIdentity({ token, documents, provider, trustPolicy });
 */
export async function decideWebIdentity(request: WebIdentityRequest): Promise<Decision> {
  const { token, documents, provider, trustPolicy, now = new Date() } = request;
  try {
    const identity = await verifyWebIdentity(token, documents, provider, now);
    const context = buildContext(identity, hostpathOf(provider));
    const findings = evaluateTrustPolicy(trustPolicy, { principal: provider.arn, context });
    return { isAllowed: true, findings };
  } catch (error) {
    if (error instanceof Refusal) return { isAllowed: false, findings: error.findings };
    throw error;
  }
}

/** What a policy is evaluated with. */
export function buildContext({ aud, sub, oaud, amr }: WebIdentity, hostpath: string) {
  return new Map(
    Object.entries({ aud: [aud], sub: [sub], oaud, amr })
      .filter(([, values]) => values.length > 0)
      .map(([claim, values]) => [`${hostpath}:${claim}`.toLowerCase(), values]),
  );
}
