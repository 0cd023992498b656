import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const tooManyKeys: DiagnosisRule = {
  code: "IRSA-DIAG-KEYS-TOO-MANY",
  link: "documents",
  means: "The JWKS contains more than 100 keys of a kind, of which AWS reads none.",
  remedy: "Retire keys whose tokens have expired.",
  answer: "InvalidIdentityToken",
  sources: [documentation.createProvider],
  find: ({ keys = [] }) => {
    const most = Math.max(
      ...["RSA", "EC"].map((kind) => keys.filter(({ kty }) => kty === kind).length),
    );
    return when(most > 100, {
      what: "the JWKS contains more keys than AWS reads",
      expected: "at most 100 RSA keys and 100 EC keys",
      actual: `${most}`,
    });
  },
};
