import { readKeyIds } from "../documents";
import type { ReportedSight } from "./schema";

/** The answer to a GET request for a document, as `irsa doctor` keeps it. */
interface SeenDocument {
  readonly status?: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly chain?: readonly { readonly subject: string; readonly notAfter: string }[];
  readonly chainError?: string;
}

/** The documents of an issuer, as an anonymous client got them. */
export interface SeenDocuments {
  /** ISO 8601 */
  readonly at: string;
  readonly discovery: SeenDocument;
  /** @default - the discovery document names none */
  readonly jwks?: SeenDocument;
}

/** What was seen, in a reviewer's words. */
export function readSeen({ at, discovery, jwks }: SeenDocuments): ReportedSight {
  const keyIds = readKeyIds(jwks?.body ?? "");
  const modified = new Date(jwks?.headers["last-modified"] ?? "");
  const [certificate] = jwks?.chain ?? [];
  return {
    at,
    readable: isRead(discovery) && jwks !== undefined && isRead(jwks) && keyIds !== undefined,
    // Without the one that is published a second time, with an empty kid.
    keyIds: keyIds?.filter((keyId) => keyId !== "") ?? [],
    ...(Number.isNaN(modified.getTime()) ? {} : { unchangedSince: modified.toISOString() }),
    ...(certificate === undefined
      ? {}
      : { certificate: { subject: certificate.subject, notAfter: certificate.notAfter } }),
  };
}

function isRead({ status, chainError }: SeenDocument): boolean {
  return status === 200 && chainError === undefined;
}
