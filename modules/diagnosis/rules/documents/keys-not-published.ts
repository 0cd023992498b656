import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const keysNotPublished: DiagnosisRule = {
  code: "IRSA-DIAG-KEYS-NOT-PUBLISHED",
  link: "documents",
  means: "None of the API servers' keys is published: the documents are of another cluster or key.",
  remedy: "Publish the public half of the key that the API servers sign with.",
  answer: "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider",
  sources: [documentation.issuerDiscovery],
  consequenceOf: ["IRSA-TRUST-TOKEN-KEY", "IRSA-DIAG-KEYS-NONE"],
  find: ({ apiServers = [], keys }) => {
    const own = new Set(apiServers.flatMap(({ keyIds = [] }) => keyIds));
    const published = (keys ?? []).map(({ kid }) => kid);
    return when(
      keys !== undefined && own.size > 0 && !published.some((kid) => own.has(String(kid))),
      {
        what: "none of the API servers' keys is published",
        expected: [...own].join(", "),
        actual: published.join(", "),
        remedy:
          "Publish the keys of `kubectl get --raw /openid/v1/jwks`: for a key of the cluster's own, name its public half in irsa.yaml (keys[].publicKeyFile), then apply.",
      },
    );
  },
};
