import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { containersWithRole } from "./containers";

export const staticKeys: DiagnosisRule = {
  code: "IRSA-DIAG-POD-STATIC-KEYS",
  link: "pod",
  means:
    "Static keys win: AWS_ACCESS_KEY_ID is set in the container, so that no SDK looks at the token.",
  remedy: "Remove AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from env and envFrom.",
  sources: [documentation.sdkCredentials],
  find: (facts) =>
    containersWithRole(facts)
      .filter(({ container }) => container.env.AWS_ACCESS_KEY_ID !== undefined)
      .map(({ where, pod }) => ({
        what: `static keys win in ${where}`,
        expected: "neither AWS_ACCESS_KEY_ID nor AWS_SECRET_ACCESS_KEY",
        actual: "AWS_ACCESS_KEY_ID is set",
        remedy: `\`kubectl set env deployment NAME -n ${pod.namespace} AWS_ACCESS_KEY_ID- AWS_SECRET_ACCESS_KEY- AWS_SESSION_TOKEN-\`; for keys of a Secret change the chart's values.`,
      })),
};
