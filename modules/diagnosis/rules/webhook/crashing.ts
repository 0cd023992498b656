import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { deploymentOf } from "./hook";

export const crashing: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-CRASHING",
  link: "webhook",
  means: "The webhook's pods do not run: they crash, or their image cannot be pulled.",
  remedy: "Look at the pods' logs and events.",
  sources: [documentation.webhook],
  find: ({ hooks = [] }) =>
    hooks
      .filter(({ pods }) => pods.length > 0 && pods.every(({ isReady }) => !isReady))
      .flatMap((hook) =>
        hook.pods
          .filter(({ waiting }) => waiting !== undefined)
          .slice(0, 1)
          .map(({ name, waiting, restarts }) => ({
            what: `the webhook does not run: ${name} is in ${waiting}`,
            expected: "a ready pod",
            actual: `${waiting}, ${restarts} restarts`,
            remedy: `\`kubectl logs ${deploymentOf(hook)}\`; for an image that cannot be pulled \`kubectl describe ${deploymentOf(hook)}\`.`,
          })),
      ),
};
