import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

const required = [
  "response_types_supported",
  "subject_types_supported",
  "id_token_signing_alg_values_supported",
];

export const members: DiagnosisRule = {
  code: "IRSA-DIAG-DOCUMENTS-MEMBERS",
  link: "documents",
  means: "The discovery document lacks members that OpenID Connect Discovery requires.",
  remedy: "Publish the discovery document that `irsa documents` writes.",
  answer: "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider",
  sources: [documentation.discovery, documentation.createProvider],
  find: ({ discovery = {}, evidence }) => {
    const missing = required.filter((name) => discovery[name] === undefined);
    return when(
      "value" in evidence.published && Object.keys(discovery).length > 0 && missing.length > 0,
      {
        what: "the discovery document lacks members",
        expected: required.join(", "),
        actual: `without ${missing.join(", ")}`,
      },
    );
  },
};
