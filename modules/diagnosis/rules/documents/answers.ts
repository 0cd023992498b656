import type { HttpEvidence } from "../../evidence";
import type { Facts } from "../../facts";

/** The answer to a request for a document. */
export interface Answer extends HttpEvidence {
  /** "the discovery document" or "the JWKS" */
  readonly name: string;
}

/** The answers for both documents. */
export function answersOf({ published }: Facts): Answer[] {
  if (published === undefined) return [];
  const { discovery, jwks } = published;
  return [
    { name: "the discovery document", ...discovery },
    ...(jwks === undefined ? [] : [{ name: "the JWKS", ...jwks }]),
  ];
}

/** What to do, and the request that shows whether it helped. */
export function documentRemedy(url: string, action: string): string {
  return `${action[0]?.toUpperCase()}${action.slice(1)}. Then look at it as AWS does: \`curl -sS -D - ${url}\`.`;
}

/** Whether a connection failed for its certificate, by the codes of Node and OpenSSL. */
export function isTlsError(error: string | undefined): error is string {
  return /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|ERR_TLS/.test(error ?? "");
}
