const replacement = "(key material)";

/** Members of a JWK that only its owner may know (RFC 7518, section 6; RFC 9964 for `priv`). */
export const privateJwkMembers: readonly string[] = [
  "d",
  "p",
  "q",
  "dp",
  "dq",
  "qi",
  "oth",
  "k",
  "priv",
];

/**
 * A string without key material: PEM blocks, the base64 of one, JWKs, tokens, and passwords in URLs. It leaves
 * alone what this project writes itself, public identifiers (ARNs, `kid`s, names) and long paths.
 */
export function redactKeyMaterial(text: string): string {
  return text
    .replace(/-----BEGIN [A-Z0-9 ]*[\s\S]*?(?:-----END [A-Z0-9 ]*-----|$)/g, replacement)
    .replace(/eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g, "(token)")
    .replace(/LS0tLS1CRUdJTi[A-Za-z0-9+/=_-]*/g, replacement)
    .replace(/\{[^{}]*\\?"(?:d|k|kty)\\?"\s*:\s*\\?"[^{}]*(?:\}|$)/g, replacement)
    .replace(
      // Lines of base64, and the shorter one that ends them.
      /[A-Za-z0-9+/]{60,}={0,2}(?:\s+[A-Za-z0-9+/]{60,}={0,2})*(?:\n[A-Za-z0-9+/]+={0,2}|\s+[A-Za-z0-9+/]{12,}={0,2}|\s+[A-Za-z0-9+/]+={0,2}(?=\s*(?:-----|$)))?/g,
      (run) => (looksLikePath(run) ? run : replacement),
    )
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, "$1:(password)@");
}

/** Words between slashes, as a path has and base64 hardly ever: at least one slash every 40 characters. */
function looksLikePath(run: string): boolean {
  return (
    run.split("/").every((part) => /^[a-z0-9+]*$/i.test(part) && part.length <= 40) &&
    /^[^A-Z+=]*$/.test(run)
  );
}
