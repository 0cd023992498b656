import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const intendedKeys: DiagnosisRule = {
  code: "IRSA-DIAG-KEYS-STALE",
  link: "documents",
  severity: "warning",
  means: "A key that the configuration publishes is not in the JWKS: the documents are older.",
  remedy: "Apply the cluster's stack.",
  sources: [documentation.issuerDiscovery],
  find: ({ intended, keys, evidence }) => {
    const published = (keys ?? []).map(({ kid }) => kid);
    const missing = (intended?.keyIds ?? []).filter((kid) => !published.includes(kid));
    return when(keys !== undefined && missing.length > 0, {
      what: "the JWKS lacks a key of the configuration",
      expected: missing.join(", "),
      actual: published.join(", "),
      remedy: `Apply the stack of ${evidence.target.cluster ?? "the cluster"}, and look at what it would change first: \`terraform plan\`.`,
    });
  },
};
