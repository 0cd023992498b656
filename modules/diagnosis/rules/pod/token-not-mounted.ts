import { documentation } from "../../documentation";
import { textOf } from "../../facts";
import type { DiagnosisRule } from "../../rule";
import { containersWithRole, hasRole } from "./containers";

export const tokenNotMounted: DiagnosisRule = {
  code: "IRSA-DIAG-POD-TOKEN-NOT-MOUNTED",
  link: "pod",
  means:
    "A container knows the token's file, but no volume with a token is mounted there: its template sets the variables itself, so that the webhook leaves it as it is.",
  remedy:
    "Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE from the template: the webhook sets them.",
  sources: [
    documentation.webhook,
    "https://github.com/aws/amazon-eks-pod-identity-webhook/issues/82",
  ],
  find: (facts) =>
    containersWithRole(facts)
      .filter(hasRole)
      .flatMap(({ where, container, pod }) => {
        const file = textOf(container.env.AWS_WEB_IDENTITY_TOKEN_FILE);
        if (!file.startsWith("/")) return [];
        const paths = pod.projectedTokens.flatMap(({ volume, path }) => {
          const directory = container.mounts[volume];
          return directory === undefined ? [] : [`${directory.replace(/\/$/, "")}/${path}`];
        });
        return paths.includes(file)
          ? []
          : [
              {
                what: `the token is not mounted in ${where}`,
                expected: file,
                actual: paths.length === 0 ? "no token" : paths.join(", "),
                remedy: `\`kubectl set env deployment NAME -n ${pod.namespace} AWS_ROLE_ARN- AWS_WEB_IDENTITY_TOKEN_FILE-\`: the webhook sets both, and mounts the token.`,
              },
            ];
      }),
};
