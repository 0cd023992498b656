import { documentation } from "../../documentation";
import { signingKeyRemedy } from "../../remedies";
import { type DiagnosisRule, when } from "../../rule";

export const noKeys: DiagnosisRule = {
  code: "IRSA-DIAG-KEYS-NONE",
  link: "documents",
  means: "The JWKS contains no key, so that no token of the cluster is believed.",
  remedy: "Publish the public half of the key that the API servers sign with.",
  answer: "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider",
  sources: [documentation.jwk, documentation.issuerDiscovery],
  find: (facts) =>
    when(facts.keys?.length === 0, {
      what: "the JWKS contains no key",
      expected: "the public half of the key that the API servers sign with",
      remedy: `Publish the keys of \`kubectl get --raw /openid/v1/jwks\`. ${signingKeyRemedy(facts)}`,
    }),
};
