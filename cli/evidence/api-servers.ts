import { type ApiServerEvidence, type Collected, valueOf } from "../../modules/diagnosis";
import type { OtherServer } from "../io/kubectl";
import { presentable } from "../io/presentable";
import { type ClusterConnection, reasonOf } from "./cluster-connection";
import { endpointSliceListSchema } from "./kubernetes-objects";
import { withoutPrivateMembers } from "./without-private-members";

/** More API servers than any cluster has. */
const maxServers = 9;

const paths = { discovery: "/.well-known/openid-configuration", jwks: "/openid/v1/jwks" } as const;

/**
 * Asks each API server for its documents: the one of the kubeconfig, and those behind the Service
 * `default/kubernetes`.
 */
export async function collectApiServers(
  cluster: ClusterConnection,
): Promise<readonly ApiServerEvidence[]> {
  const own = cluster.server ?? "https://kubernetes.default.svc";
  const others = await otherServers(cluster).catch(() => []);
  const servers = [undefined, ...others.filter(({ server }) => server !== own)];
  return Promise.all(
    servers.map(async (other) => {
      const [discovery, jwks] = await Promise.all([
        document(cluster, paths.discovery, other),
        document(cluster, paths.jwks, other),
      ]);
      return { endpoint: other?.server ?? own, discovery, jwks };
    }),
  );
}

/** The API servers' own addresses, which a load balancer or a name may hide. */
async function otherServers(cluster: ClusterConnection): Promise<OtherServer[]> {
  const { server, tlsServerName } = cluster;
  // A proxy with clusters below paths takes other credentials than its API servers.
  if (server === undefined || new URL(server).pathname !== "/") return [];
  const { items } = await cluster.get(
    {
      path: "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dkubernetes",
      permission: "list endpointslices.discovery.k8s.io",
      namespace: "default",
    },
    endpointSliceListSchema,
  );
  const addresses = items.flatMap(({ endpoints, ports, addressType }) =>
    endpoints.flatMap((endpoint) =>
      endpoint.addresses.map((address) => {
        const host = addressType === "IPv6" ? `[${address}]` : address;
        return `https://${host}:${ports[0]?.port ?? 6443}`;
      }),
    ),
  );
  const name = tlsServerName ?? new URL(server).hostname.replace(/^\[|\]$/g, "");
  return [...new Set(addresses)]
    .slice(0, maxServers)
    .map((address) => ({ server: address, tlsServerName: name }));
}

async function document(
  { kubectl }: ClusterConnection,
  path: string,
  server: OtherServer | undefined,
): Promise<Collected<string>> {
  try {
    return { value: withoutPrivateMembers(await kubectl.get(path, server)) };
  } catch (error) {
    const { message } = reasonOf(error, { path, permission: `get ${path}` }) as Error;
    return { missing: presentable(message) };
  }
}

/** The issuer that an API server names in its own discovery document. */
export function issuerOf(servers: Collected<readonly ApiServerEvidence[]>): string | undefined {
  for (const { discovery } of valueOf(servers) ?? []) {
    try {
      const { issuer } = JSON.parse(valueOf(discovery) ?? "") as { readonly issuer?: unknown };
      if (typeof issuer === "string") return issuer;
    } catch {
      continue;
    }
  }
  return undefined;
}
