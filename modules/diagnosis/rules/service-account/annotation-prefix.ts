import { documentation } from "../../documentation";
import { annotateCommand } from "../../remedies";
import type { DiagnosisRule } from "../../rule";
import { misnamed } from "./annotations";

export const annotationPrefix: DiagnosisRule = {
  code: "IRSA-DIAG-ANNOTATION-PREFIX",
  link: "service-account",
  means: "The ServiceAccount's annotation has another prefix than the webhook looks for.",
  remedy: "Use the prefix of the webhook's --annotation-prefix.",
  sources: [documentation.webhook],
  find: (facts) =>
    misnamed(facts, "prefix").map(({ given, meant, value }) => ({
      what: `the webhook does not look for the annotation ${given}`,
      expected: meant,
      actual: given,
      remedy: `${annotateCommand(facts, `${given}- ${meant}=${value}`)}, then make its pods anew.`,
    })),
};
