import { documentation } from "../../documentation";
import { roleArnsIn } from "../../facts";
import type { DiagnosisRule } from "../../rule";

export const hostNetwork: DiagnosisRule = {
  code: "IRSA-DIAG-POD-HOST-NETWORK",
  link: "pod",
  severity: "info",
  means:
    "The pod uses the network of its node, so that without a token it acts as the node's role, and it resolves names as the node does unless dnsPolicy is ClusterFirstWithHostNet.",
  remedy: "Keep it in mind when the pod acts as another role.",
  sources: [documentation.sdkCredentials],
  find: ({ pods = [] }) =>
    pods
      .filter(({ isHostNetwork }) => isHostNetwork)
      .map((pod) => ({
        what: `pod ${pod.namespace}/${pod.name} uses the network of its node`,
        actual:
          roleArnsIn(pod).length > 0
            ? "it has role and token"
            : "it has neither role nor token, so it acts as the node",
      })),
};
