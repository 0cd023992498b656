import { documentation } from "../../documentation";
import { type DiagnosisRule } from "../../rule";
import { answersOf, documentRemedy } from "./answers";

export const notPublic: DiagnosisRule = {
  code: "IRSA-DIAG-DOCUMENTS-NOT-PUBLIC",
  link: "documents",
  means: "The host refuses the published documents to an anonymous client, which is what AWS is.",
  remedy:
    "Let everybody read the two documents: the bucket policy, the bucket's and the account's public-access block, or the distribution's access to its origin.",
  answer: "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider",
  sources: [documentation.createProvider, documentation.assumeRole],
  find: (facts) =>
    answersOf(facts)
      .filter(({ status }) => status === 401 || status === 403)
      .map(({ name, url, status }) => ({
        what: `${name} is not public`,
        expected: "200 without credentials",
        actual: `${status} at ${url}`,
        remedy: documentRemedy(
          url,
          "allow s3:GetObject on it to everyone; the bucket's and the account's public-access block may refuse such a policy",
        ),
      })),
};
