import type { ContainerEvidence, PodEvidence } from "../../evidence";
import { type Facts, roleArnsIn } from "../../facts";

/** A container of a pod that has, or would have, a role. */
export interface PlacedContainer {
  readonly pod: PodEvidence;
  readonly container: ContainerEvidence;
  /** For messages. */
  readonly where: string;
}

/** The containers of the pods that have a role. */
export function containersWithRole({ pods = [] }: Facts): PlacedContainer[] {
  return pods
    .filter((pod) => roleArnsIn(pod).length > 0)
    .flatMap((pod) =>
      pod.containers.map((container) => ({
        pod,
        container,
        where: `container ${container.name} of ${pod.namespace}/${pod.name}`,
      })),
    );
}

/** Whether the pod's annotation leaves a container out. */
export function isSkipped({ pod, container }: PlacedContainer, { prefix }: Facts): boolean {
  return (pod.annotations[`${prefix}/skip-containers`] ?? "")
    .split(",")
    .some((name) => name.trim() === container.name);
}

/** Whether a container knows the role and the token. */
export function hasRole({ container: { env } }: PlacedContainer): boolean {
  return env.AWS_ROLE_ARN !== undefined && env.AWS_WEB_IDENTITY_TOKEN_FILE !== undefined;
}
