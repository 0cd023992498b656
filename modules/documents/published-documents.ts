import { isDeepStrictEqual } from "node:util";
import type { Violation } from "../validation";
import { buildDiscoveryDocument, type DiscoveryDocument } from "./discovery-document";
import { JwkError } from "./errors";
import { checkIssuerUrl, type IssuerUrl, parseIssuerUrl } from "./issuer-url";
import type { PublicJwk } from "./jwk";
import { buildJwks } from "./jwks";
import { readKeySet } from "./read-public-keys";

/** The two documents of an issuer, as somebody else gives them. */
export interface PublishedDocumentsProps {
  readonly issuerUrl: string;
  /** The JWKS, as JSON. */
  readonly jwks: string;
  /**
   * The discovery document, as JSON.
   * @default - it is made of the issuer URL and the keys
   */
  readonly discovery?: string;
  /**
   * How messages name the JWKS.
   * @default "jwks"
   */
  readonly jwksName?: string;
}

/** The two documents of an issuer, made anew of nothing but its URL and public keys. */
export interface PublishedDocuments {
  readonly issuer: IssuerUrl;
  readonly keys: readonly PublicJwk[];
  readonly discovery: DiscoveryDocument;
  /** Canonical JSON. */
  readonly jwks: string;
}

/**
 * Reads the two documents of an issuer. Nothing of them is passed on as it is: of the keys only public
 * members are, with the `kid` they have, and the discovery document must be the one that belongs to the
 * URL and the keys.
 *
 * @returns the documents, or one violation for each rule that the URL or the discovery document violates
 * @throws {DocumentError} the JWKS has something else than sound public keys
 *
 * @example
 * const read = await readPublishedDocuments({
 *   issuerUrl: "https://oidc.example.org/prod",
 *   jwks: readFileSync("jwks.json", "utf8"),
 * });
 * if (!Array.isArray(read)) console.log(read.jwks);
 */
export async function readPublishedDocuments(
  props: PublishedDocumentsProps,
): Promise<PublishedDocuments | Violation[]> {
  const { issuerUrl, jwksName = "jwks" } = props;
  const { keys, repeated } = await readKeySet(props.jwks, jwksName, { keyId: "as-given" });
  const [again, ...others] = repeated;
  if (others.length > 0) {
    throw new JwkError(
      `${jwksName} has several keys with an empty kid, of which AWS would use any; publish at most one`,
    );
  }
  const urlViolations = checkIssuerUrl(["issuerUrl"], issuerUrl);
  if (urlViolations.length > 0) return urlViolations;
  const issuer = parseIssuerUrl(issuerUrl);
  const algorithms = keys.map(({ alg }) => alg);
  const { jwksUri } = issuer;
  const discovery = buildDiscoveryDocument({ issuer: issuerUrl, jwksUri, algorithms });
  const violations = checkDiscoveryDocument(props.discovery, discovery);
  return violations.length > 0
    ? violations
    : { issuer, keys, discovery, jwks: buildJwks(keys, again) };
}

/** Another discovery document points elsewhere, or says what is not so. */
function checkDiscoveryDocument(
  text: string | undefined,
  expected: DiscoveryDocument,
): Violation[] {
  if (text === undefined) return [];
  const given = parseObject(text);
  if (given === undefined) {
    return [{ path: ["discovery"], rule: "must be a discovery document, which is a JSON object" }];
  }
  const right: Readonly<Record<string, unknown>> = { ...expected };
  const members = [...new Set([...Object.keys(given), ...Object.keys(right)])];
  return members
    .filter((member) => !isDeepStrictEqual(given[member], right[member]))
    .map((member) => ({
      path: ["discovery", member],
      rule: member in right ? `must be ${JSON.stringify(right[member])}` : "must be left out",
      ...(member in given && { given: given[member] }),
    }));
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
