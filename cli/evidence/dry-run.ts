import type { DryRunEvidence } from "../../modules/diagnosis";
import { KubectlError } from "../io/kubectl";
import { type ClusterConnection, parse, reasonOf } from "./cluster-connection";
import { NotCollected } from "./collected";
import { podSchema } from "./kubernetes-objects";
import type { ObjectName } from "./object-name";
import { podEvidence } from "./pods";

/** Since Kubernetes 1.18 every API server knows dry runs; one that does not would make the pod. */
const firstMinor = 18;

/**
 * Asks the API server what it would make of a new pod of a ServiceAccount. The pod is one that the Pod
 * Security standard `restricted` admits, and is not created.
 *
 * @see {@link https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run Dry run}
 */
export async function collectDryRun(
  cluster: ClusterConnection,
  { namespace, name }: ObjectName,
): Promise<DryRunEvidence> {
  if (!(cluster.minor >= firstMinor)) {
    throw new NotCollected(`the API server is older than Kubernetes 1.${firstMinor}`);
  }
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
  const request = { path, permission: "create pods", namespace };
  try {
    const pod = parse(await cluster.kubectl.post(path, podOf(name)), podSchema, path);
    return { pod: podEvidence(pod, namespace) };
  } catch (error) {
    if (error instanceof KubectlError && isRefusal(error)) return { refusal: error.message };
    throw reasonOf(error, request);
  }
}

/** Admission refuses with 403 too: RBAC's own sentence names the user. */
function isRefusal({ failure, message }: KubectlError): boolean {
  if (failure === "forbidden") return !/User ".*" cannot create resource/.test(message);
  return failure === "other" && message.startsWith("Error from server");
}

function podOf(serviceAccountName: string): object {
  const nobody = 65_534;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { generateName: "irsa-doctor-" },
    spec: {
      serviceAccountName,
      restartPolicy: "Never",
      securityContext: {
        runAsNonRoot: true,
        runAsUser: nobody,
        fsGroup: nobody,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "irsa-doctor",
          image: "registry.k8s.io/pause:3.10",
          resources: {
            requests: { cpu: "1m", memory: "8Mi" },
            limits: { cpu: "10m", memory: "16Mi" },
          },
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
          },
        },
      ],
    },
  };
}
