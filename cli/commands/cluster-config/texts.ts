/** What kubeadm and k3s sign with until they are configured otherwise. */
export const runningCluster = `A running cluster has signed as https://kubernetes.default.svc.cluster.local:
name it with --accepted-issuer, or the Kubernetes API refuses its pods.`;

/** Whose key signs. */
export const ownKey = `The cluster signs with its own key: bring the public half into the issuer's configuration
(keys: [{ name: NAME, publicKeyFile: sa.pub }]).`;
