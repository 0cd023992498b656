import { describeUrlDifference } from "../../../validation";
import type { Facts } from "../../facts";

/** In which way an API server signs as another issuer than it should. */
type Kind = "form" | "order" | "default" | "other";

interface WrongIssuer {
  readonly kind: Kind;
  readonly issuer: string;
  /** Who signs so, as the subject of a sentence. */
  readonly who: string;
}

/** The issuers that API servers sign as, by what they say themselves and by a fresh token. */
export function wrongIssuers(facts: Facts, kind: Kind): WrongIssuer[] {
  const { apiServers = [], intended, token } = facts;
  if (intended === undefined) return [];
  const known = apiServers.filter(({ issuer }) => issuer !== undefined);
  const issuer = token?.claims.iss;
  const signers =
    known.length > 0
      ? known
      : typeof issuer === "string" && issuer.startsWith("https://")
        ? [{ endpoint: "a fresh token", issuer }]
        : [];
  const wrong = new Set(
    signers.flatMap((one) => one.issuer ?? []).filter((one) => one !== intended.issuerUrl),
  );
  return [...wrong].flatMap((one) => {
    const kindOfOne = kindOf(one, facts);
    if (kindOfOne !== kind) return [];
    const endpoints = signers.filter((signer) => signer.issuer === one).map((s) => s.endpoint);
    const who =
      endpoints.length === signers.length && signers.length > 1
        ? "every API server"
        : endpoints.join(" and ");
    return [{ kind, issuer: one, who }];
  });
}

function kindOf(issuer: string, { intended, apiServers = [] }: Facts): Kind {
  const difference = describeUrlDifference(intended?.issuerUrl ?? "", issuer);
  // Another path is another issuer: on S3's path-style host another bucket.
  if (difference !== undefined && difference !== "the path") return "form";
  if (intended?.acceptedIssuers.includes(issuer) === true) return "order";
  const isDefault =
    /^https:\/\/kubernetes\.default\.svc(\.|$)/.test(issuer) ||
    apiServers.some(({ endpoint }) => endpoint === issuer);
  return isDefault || /^https:\/\/[^/]+:\d+$/.test(issuer) ? "default" : "other";
}
