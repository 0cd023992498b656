import { DocumentError, assertPublicJwk, type PublicJwk } from "../../../documents";
import { documentation } from "../../documentation";
import type { Json } from "../../facts";
import type { DiagnosisRule } from "../../rule";

const algorithms: Readonly<Record<string, string>> = {
  "P-256": "ES256",
  "P-384": "ES384",
  "P-521": "ES512",
};

export const keyUnsound: DiagnosisRule = {
  code: "IRSA-DIAG-KEYS-UNSOUND",
  link: "documents",
  means:
    "A published key is none that AWS verifies with: neither RSA of 2048 bits or more nor EC on P-256, P-384 or P-521, or its numbers make no key.",
  remedy: "Publish the keys as `irsa documents` writes them.",
  answer: "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider",
  sources: [documentation.jwk, documentation.jwa],
  consequenceOf: [
    "IRSA-DIAG-KEYS-PRIVATE",
    "IRSA-TRUST-KEY-USE",
    "IRSA-TRUST-KEY-ALGORITHM",
    "IRSA-TRUST-KEY-ENCODING",
  ],
  find: ({ keys = [] }) =>
    keys.flatMap((key, index) => {
      const fault = faultOf(key, `key ${index + 1} of the JWKS`);
      return fault === undefined ? [] : [{ what: fault }];
    }),
};

/** Members that are optional count as right where they are missing. */
function faultOf(key: Json, name: string): string | undefined {
  const alg = key.kty === "RSA" ? "RS256" : algorithms[String(key.crv)];
  const { n, e, x, y, crv, kty } = key;
  const jwk = { kty, n, e, x, y, crv, alg, use: "sig", kid: "as-given" };
  try {
    assertPublicJwk(jwk as unknown as PublicJwk, name, "as-given");
    return undefined;
  } catch (error) {
    return error instanceof DocumentError ? error.message : `${name} cannot be read`;
  }
}
