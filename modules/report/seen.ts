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
  const keyIds = jwks === undefined ? undefined : keyIdsOf(jwks.body);
  const modified = new Date(jwks?.headers["last-modified"] ?? "");
  const [certificate] = jwks?.chain ?? [];
  return {
    at,
    readable: isRead(discovery) && jwks !== undefined && isRead(jwks) && keyIds !== undefined,
    keyIds: keyIds ?? [],
    ...(Number.isNaN(modified.getTime()) ? {} : { unchangedSince: modified.toISOString() }),
    ...(certificate === undefined
      ? {}
      : { certificate: { subject: certificate.subject, notAfter: certificate.notAfter } }),
  };
}

function isRead({ status, chainError }: SeenDocument): boolean {
  return status === 200 && chainError === undefined;
}

/** Without the one that is published a second time, with an empty `kid`. */
function keyIdsOf(text = ""): string[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { readonly keys?: unknown };
    if (!Array.isArray(keys)) return undefined;
    return (keys as ({ readonly kid?: unknown } | null)[]).flatMap((key) =>
      typeof key?.kid === "string" && key.kid !== "" ? [key.kid] : [],
    );
  } catch {
    return undefined;
  }
}
