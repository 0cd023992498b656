import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { containersWithRole, hasRole, isSkipped } from "./containers";

export const skippedContainer: DiagnosisRule = {
  code: "IRSA-DIAG-POD-SKIPPED-CONTAINER",
  link: "pod",
  severity: "info",
  means: "The pod's annotation leaves a container out, which gets neither role nor token.",
  remedy: "Take the container out of the annotation skip-containers, if it calls AWS.",
  sources: [documentation.webhook],
  find: (facts) =>
    containersWithRole(facts)
      .filter((placed) => !hasRole(placed) && isSkipped(placed, facts))
      .map(({ where }) => ({
        what: `${where} gets neither role nor token`,
        actual: `${facts.prefix}/skip-containers names it`,
      })),
};
