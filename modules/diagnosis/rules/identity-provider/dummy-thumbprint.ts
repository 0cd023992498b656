import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const dummyThumbprint: DiagnosisRule = {
  code: "IRSA-DIAG-PROVIDER-DUMMY-THUMBPRINT",
  link: "identity-provider",
  severity: "warning",
  means:
    "The identity provider has a thumbprint that is none. AWS does not look at it as long as it trusts the host's authority, and refuses every token after that.",
  remedy: "Leave the thumbprint out: IAM reads it itself.",
  sources: [documentation.thumbprint],
  consequenceOf: ["IRSA-DIAG-PROVIDER-THUMBPRINT"],
  find: ({ provider }) => {
    const dummies = (provider?.thumbprints ?? []).filter((one) =>
      /^(.)\1*$|^(0123456789abcdef)/i.test(one),
    );
    return when(dummies.length > 0, {
      what: "the identity provider has a thumbprint that is none",
      expected: "no thumbprint, or that of the chain",
      actual: dummies.join(", "),
      remedy: "Set thumbprint: none in irsa.yaml and apply.",
    });
  },
};
