import { documentation } from "../../documentation";
import { textOf } from "../../facts";
import type { DiagnosisRule } from "../../rule";

export const repeatedKid: DiagnosisRule = {
  code: "IRSA-DIAG-KEYS-REPEATED-KID",
  link: "documents",
  means: "Two different keys of the JWKS have the same kid, of which AWS takes any.",
  remedy: "Give each key the kid that Kubernetes computes: `irsa documents` does.",
  answer:
    "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider, at times",
  sources: [documentation.jwk],
  find: ({ keys = [] }) => {
    const kids = new Set(keys.map(({ kid }) => textOf(kid)));
    return [...kids].flatMap((kid) => {
      const same = keys.filter((key) => textOf(key.kid) === kid);
      const material = new Set(same.map(({ n, x, y }) => JSON.stringify([n, x, y])));
      return material.size < 2
        ? []
        : [
            {
              what: `${material.size} different keys have the same kid`,
              expected: "a kid for each key",
              actual: kid === "" ? "no kid" : kid,
            },
          ];
    });
  },
};
