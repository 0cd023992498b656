import { documentation } from "../../documentation";
import type { PodEvidence } from "../../evidence";
import type { DiagnosisRule } from "../../rule";
import { containersWithRole, hasRole } from "./containers";

export const tokenPermission: DiagnosisRule = {
  code: "IRSA-DIAG-POD-TOKEN-PERMISSION",
  link: "pod",
  means:
    "The container's user may not read the token: the volume's mode leaves others out, the user is not root, and neither fsGroup nor one user for all containers gives it the file.",
  remedy: "Set securityContext.fsGroup of the pod.",
  sources: [
    documentation.projectedTokens,
    "https://github.com/kubernetes/enhancements/tree/master/keps/sig-auth/1205-bound-service-account-tokens",
  ],
  find: (facts) =>
    containersWithRole(facts)
      .filter(hasRole)
      .flatMap(({ where, container, pod }) => {
        const user = container.runAsUser ?? pod.runAsUser ?? 0;
        const token = pod.projectedTokens.find(
          ({ volume }) => container.mounts[volume] !== undefined,
        );
        const mode = token?.mode ?? 0o644;
        if (user === 0 || (mode & 0o004) !== 0 || pod.fsGroup !== undefined) return [];
        return hasOneUser(pod)
          ? []
          : [
              {
                what: `the user of ${where} may not read the token`,
                expected: `a file that user ${user} may read`,
                actual: `mode 0${mode.toString(8)} of root`,
                remedy: `Set spec.template.spec.securityContext.fsGroup: ${user} in the pod's Deployment in namespace ${pod.namespace}.`,
              },
            ];
      }),
};

/** The kubelet gives the file to the user of all containers, where they have one in common. */
function hasOneUser({ containers, runAsUser }: PodEvidence): boolean {
  const users = new Set(containers.map((one) => one.runAsUser ?? runAsUser));
  return users.size === 1 && !users.has(undefined);
}
