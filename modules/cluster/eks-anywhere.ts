import { checkIssuerUrl, parseIssuerUrl } from "../documents";
import { assertValid, checkText, eksAnywhereClusterNameRules } from "../validation";

/** What EKS Anywhere needs to know. */
export interface EksAnywhereProps {
  /** The cluster's name, as in its specification. */
  readonly clusterName: string;
  /** The issuer that AWS knows; EKS Anywhere takes one. */
  readonly issuerUrl: string;
}

/** A step of work, in its order. */
export interface Step {
  readonly title: string;
  /**
   * What to run.
   * @default - nothing to run
   */
  readonly command?: string;
}

/** What to write into the cluster's specification, and what to do when. */
export interface EksAnywhereConfiguration {
  /** The cluster's specification as far as the issuer goes; merge it into your own. */
  readonly cluster: object;
  /** Cluster first, then its public key, then the documents: EKS Anywhere makes the key itself. */
  readonly steps: readonly Step[];
}

/**
 * The issuer in an EKS Anywhere cluster specification, with the order of work.
 *
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://anywhere.eks.amazonaws.com/docs/getting-started/optional/irsa/ IRSA on EKS Anywhere}
 *
 * @example
 * const { cluster, steps } = buildEksAnywhereConfiguration({
 *   clusterName: "prod",
 *   issuerUrl: "https://s3.eu-central-1.amazonaws.com/acme-prod-oidc",
 * });
 */
export function buildEksAnywhereConfiguration(props: EksAnywhereProps): EksAnywhereConfiguration {
  const { clusterName, issuerUrl } = props;
  assertValid([
    ...checkText(["clusterName"], clusterName, eksAnywhereClusterNameRules),
    ...checkIssuerUrl(["issuerUrl"], issuerUrl, { isRegistered: true }),
  ]);
  return {
    cluster: {
      apiVersion: "anywhere.eks.amazonaws.com/v1alpha1",
      kind: "Cluster",
      metadata: { name: clusterName },
      spec: { podIamConfig: { serviceAccountIssuer: issuerUrl } },
    },
    steps: listSteps(clusterName, issuerUrl),
  };
}

/**
 * The steps as text, numbered, commands indented.
 *
 * @example
 * formatSteps([{ title: "Look at the nodes", command: "kubectl get nodes" }]);
 */
export function formatSteps(list: readonly Step[]): string {
  return list
    .map(({ title, command }, index) => {
      const run = command === undefined ? "" : `\n\n       ${command}\n`;
      return `${String(index + 1).padStart(2)}. ${title}${run}`;
    })
    .join("\n")
    .concat("\n");
}

function listSteps(clusterName: string, issuerUrl: string): Step[] {
  const publicKey = `${clusterName}-sa.pub`;
  const { jwksUri } = parseIssuerUrl(issuerUrl, { isRegistered: true });
  return [
    { title: `Choose where to publish the documents; their issuer is ${issuerUrl}.` },
    {
      title: "Merge podIamConfig into the cluster's specification, and create the cluster.",
      command: `eksctl anywhere create cluster -f ${clusterName}.yaml`,
    },
    {
      title: "Read the public key that the cluster made for itself.",
      command: `kubectl get secret ${clusterName}-sa -n eksa-system -o jsonpath='{.data.tls\\.crt}' | base64 --decode > ${publicKey}`,
    },
    {
      title: `Give ${publicKey} to the issuer's stack as a key of its own (keys: [{ name: cluster, publicKeyFile: … }]) and apply it: it publishes the documents and the identity provider.`,
    },
    {
      title:
        "Check that the published key is the one that the cluster signs with: the 'kid' is the same.",
      command: `kubectl get --raw /openid/v1/jwks && curl -fsS ${jwksUri}`,
    },
    { title: "Install the add-ons, then run the smoke test." },
  ];
}
