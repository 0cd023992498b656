import { documentation } from "../../documentation";
import { annotateCommand } from "../../remedies";
import type { DiagnosisRule } from "../../rule";
import { misnamed } from "./annotations";

export const annotationTypo: DiagnosisRule = {
  code: "IRSA-DIAG-ANNOTATION-NAME",
  link: "service-account",
  means:
    "The ServiceAccount has an annotation that is misspelt, or of another tool, such as kube2iam.",
  remedy: "Spell it as the webhook does.",
  sources: [documentation.webhook],
  find: (facts) =>
    misnamed(facts, "typo").map(({ given, meant, value }) => ({
      what: `the webhook does not know the annotation ${given}`,
      expected: meant,
      actual: given,
      remedy: `${annotateCommand(facts, `${given}- ${meant}=${value}`)}, then make its pods anew.`,
    })),
};
