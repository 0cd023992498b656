import { distributionOf } from "../../../config/distribution-names";
import { defaultKeyFile } from "../../../config/distributions";
import { findSigningKey, isGiven } from "../../../modules/issuer";
import { makesMachines } from "../../../modules/talos";
import type { Distribution, Step } from "../../../modules/rotation";
import { applyCommands, flagWords, patchTalos, planFlags } from "../../output/commands";
import type { Migration } from "./migration";

/** What to run once the configuration has the step: shell commands, and comments for what is done by hand. */
export function commandsOf({ step, subject }: Step, migration: Migration): string[] {
  const apply = applyCommands(migration, selfPublished(migration));
  switch (step) {
    case "stage":
      return apply;
    case "accept":
      return clusterCommands(migration);
    case "promote":
      return [...apply, ...clusterCommands(migration)];
    case "drain":
      return [`# commit it: ${subject} can be retired when its last token has expired`];
    case "retire":
      return [...apply, ...clusterCommands(migration)];
  }
}

/** The URLs of issuers whose documents the user publishes, the new one of this run included. */
function selfPublished({ cluster: { config }, options }: Migration): string[] {
  const { nextIssuer, previousIssuers = [] } = config;
  const places = [config, ...(nextIssuer === undefined ? [] : [nextIssuer]), ...previousIssuers];
  const known = places.flatMap(({ hosting, issuerUrl }) =>
    hosting === "self-published" && issuerUrl !== undefined ? [issuerUrl] : [],
  );
  return options.to === "self-published" && options.issuerUrl !== undefined
    ? [...known, options.issuerUrl]
    : known;
}

/** Makes the settings of the API servers, and says where they go. */
function clusterCommands({ apiServer, cluster, options }: Migration): string[] {
  const { distribution } = apiServer;
  const { name, talos, config } = cluster;
  if (distribution === undefined) {
    return ["# configure every API server; --distribution says with what"];
  }
  if (talos !== undefined && makesMachines(talos)) {
    return ["# terraform apply gives the machines their configuration"];
  }
  const file = distribution === "talos" ? "patch.yaml" : `${distribution}.yaml`;
  const isConfigured = distributionOf(config) !== undefined;
  const words = [
    isConfigured
      ? `irsa cluster-config ${name}`
      : `irsa cluster-config ${distribution} --cluster ${name}`,
    ...flagWords([
      ["--config", options.config],
      ["--stack-directory", options.stackDirectory],
      ["--talos-version", distribution === "talos" ? options.talosVersion : undefined],
      ["--signing-key-file", signingKeyFile(migrationKey(cluster), distribution)],
    ]),
    ...(apiServer.issuers === "one" && distribution !== "eks-anywhere"
      ? ["--no-previous-issuer"]
      : []),
    `--out ${file}`,
  ];
  return [
    words.join(" "),
    ...(distribution === "talos"
      ? patchTalos
      : [`# merge ${file} into the configuration of the control plane, one node after the other`]),
  ];
}

/** Whether the private key is on the nodes already, and their configuration does not name its file. */
function migrationKey({ issuer, config }: Migration["cluster"]): boolean {
  const key =
    "hosting" in issuer ? findSigningKey(issuer.keys ?? [], config.signingKey) : undefined;
  const { kubeadm, k3s, rke2, k0s, microk8s } = config;
  const named = [kubeadm, k3s, rke2, k0s, microk8s].some(
    (settings) => settings?.signingKeyFile !== undefined,
  );
  return !named && (key === undefined || !isGiven(key));
}

function signingKeyFile(isNeeded: boolean, distribution: Distribution): string | undefined {
  return !isNeeded || distribution === "talos" || distribution === "eks-anywhere"
    ? undefined
    : defaultKeyFile(distribution);
}

/** How to collect what the next step needs to know, and to take it. */
export function evidenceCommands({ options, cluster, plan, apiServer }: Migration): string[] {
  const [step] = plan.steps;
  if (step === undefined || step.step === "stage") return [];
  const isInCluster = step.step === "drain" || step.step === "retire";
  const needsServers = !isInCluster && apiServer.issuers !== "one";
  const selector = podSelector(apiServer.distribution);
  const needsRoles = step.step !== "drain";
  const words = [
    `irsa migrate ${cluster.name}`,
    ...flagWords([
      ["--config", options.config],
      ["--name", options.name],
      ...planFlags(options),
      ["--documents", isInCluster ? undefined : options.documents],
      ["--token-lifetime", options.tokenLifetime],
    ]),
    ...(options.hardCut === true ? ["--hard-cut"] : []),
    ...(needsRoles ? ["--roles roles.json"] : []),
    ...(needsServers
      ? [selector === undefined ? "--accepted" : "--api-server-pods pods.json"]
      : []),
    ...(isInCluster ? ["--token -"] : []),
    "--next",
  ];
  return [
    ...(needsRoles ? ["aws iam list-roles --output json > roles.json"] : []),
    ...(needsServers && selector !== undefined
      ? [
          `kubectl get pods --namespace kube-system --selector ${selector} --output json > pods.json`,
        ]
      : []),
    `${isInCluster ? "kubectl create token default | " : ""}${words.join(" ")}`,
  ];
}

/** What the API servers' pods are labelled with; undefined where they are no pods. */
function podSelector(distribution: Distribution | undefined): string | undefined {
  switch (distribution) {
    case "talos":
      return "k8s-app=kube-apiserver";
    case "k3s":
    case "k0s":
    case "microk8s":
      return undefined;
    default:
      return "component=kube-apiserver";
  }
}
