import type { Facts } from "./facts";

/** How each distribution's API servers get a first issuer, in the words of its own configuration. */
export function issuerRemedy({ intended, issuerUrl = "the issuer" }: Facts): string {
  const { distribution, form, acceptedIssuers = [] } = intended ?? {};
  const issuers = [issuerUrl, ...acceptedIssuers];
  const flags = issuers.map((issuer) => `service-account-issuer=${issuer}`);
  switch (distribution) {
    case "talos":
      return `In the machine configuration of each control-plane node, ${talosIssuer(form, issuers)}; \`irsa cluster-config talos\` writes the patch for \`talosctl patch machineconfig\`.`;
    case "eksAnywhere":
      return `Set spec.podIamConfig.serviceAccountIssuer: ${issuerUrl} in the cluster specification, then \`eksctl anywhere upgrade cluster\`.`;
    case "k3s":
    case "rke2":
      return `In /etc/rancher/${distribution}/config.yaml of each server node set kube-apiserver-arg: [${flags.map((flag) => `"${flag}"`).join(", ")}], then restart ${distribution}-server.`;
    case "kubeadm":
      return `In the ClusterConfiguration set ${kubeadmIssuer(form, issuers)}, then \`kubeadm init phase control-plane apiserver --config FILE\` on each control-plane node.`;
    default:
      return `Start each API server with ${flags.map((flag) => `--${flag}`).join(" ")}: the first issuer signs.`;
  }
}

function talosIssuer(form: string | undefined, issuers: readonly string[]): string {
  const [first, ...accepted] = issuers;
  if (form === "document") {
    return `set issuer.issuerURL: ${first} in the KubeServiceAccountConfig document${accepted.length > 0 ? `, and accepted.issuers: [${accepted.join(", ")}]` : ""}`;
  }
  const value = form === "list" && accepted.length > 0 ? `[${issuers.join(", ")}]` : first;
  return `set cluster.apiServer.extraArgs.service-account-issuer: ${value}`;
}

function kubeadmIssuer(form: string | undefined, issuers: readonly string[]): string {
  return form === "v1beta3"
    ? `apiServer.extraArgs.service-account-issuer: ${issuers[0]}`
    : `apiServer.extraArgs: [${issuers.map((value) => `{ name: service-account-issuer, value: ${value} }`).join(", ")}]`;
}

/** Where each distribution keeps the key that signs, for "the same key on each control-plane node". */
export function signingKeyRemedy({ intended }: Facts): string {
  const { distribution, form } = intended ?? {};
  switch (distribution) {
    case "talos":
      return form === "document"
        ? "Give each control-plane node the same issuer.privateKey in its KubeServiceAccountConfig document."
        : "Give each control-plane node the same cluster.serviceAccount.key in its machine configuration.";
    case "eksAnywhere":
      return "Publish the key of the cluster: `kubectl get secret CLUSTER-sa -n eksa-system -o jsonpath={.data.tls\\.crt}`.";
    case "k3s":
    case "rke2":
      return `Copy /var/lib/rancher/${distribution}/server/tls/service.key to each server node, and restart ${distribution}-server.`;
    default:
      return "Copy /etc/kubernetes/pki/sa.key and sa.pub to each control-plane node, and restart its API server.";
  }
}

/** A command that changes annotations of the ServiceAccount in question. @param change such as `NAME=VALUE` or `NAME-` */
export function annotateCommand({ serviceAccount }: Facts, change: string): string {
  return `kubectl annotate serviceaccount ${serviceAccount?.name} -n ${serviceAccount?.namespace} ${change}`;
}

/** A command that makes a Deployment's pods anew. */
export function restartRemedy(namespace: string): string {
  return `Delete the pod, so that it comes back with role and token: \`kubectl rollout restart deployment NAME -n ${namespace}\`.`;
}
