import { ownKeyFile } from "../../../config/distributions";
import { kubeadmKeyFile } from "../../../modules/cluster";
import { parseIssuerUrl } from "../../../modules/documents";
import type { Distribution, Step } from "../../../modules/rotation";
import { makesMachines } from "../../../modules/talos";
import { applyCommands, flagWords, patchTalos, planFlags, terraform } from "../../output/commands";
import type { Rotation } from "./rotation";

type FlagDistribution = Exclude<Distribution, "talos" | "eks-anywhere">;

/** Where a control-plane node has the key that signs. */
function signingKeyFile({ cluster }: Rotation, distribution: FlagDistribution): string {
  const { [distribution]: settings } = cluster.config;
  const dataDir = settings !== undefined && "dataDir" in settings ? settings.dataDir : undefined;
  return ownKeyFile(distribution, dataDir) ?? settings?.signingKeyFile ?? kubeadmKeyFile;
}

/** What to run once the configuration has the step: shell commands, and comments for what is done by hand. */
export function commandsOf({ step, subject }: Step, rotation: Rotation): string[] {
  switch (step) {
    case "stage":
      return applyCommands(rotation, selfPublished(rotation));
    case "retire":
      return [
        ...applyCommands(rotation, selfPublished(rotation)),
        ...(rotation.apiServer.keys === "one"
          ? []
          : [`# then take ${subject} out of what every API server accepts`]),
      ];
    case "accept":
      return clusterCommands(rotation, "accept");
    case "promote":
      return [
        ...applyCommands(rotation, selfPublished(rotation)),
        ...clusterCommands(rotation, "promote"),
      ];
    case "drain":
      return [`# commit it: ${subject} can be retired when its last token has expired`];
  }
}

function selfPublished({ cluster: { config } }: Rotation): string[] {
  return config.hosting === "self-published" ? [config.issuerUrl ?? "ISSUER_URL"] : [];
}

function clusterCommands(rotation: Rotation, step: "accept" | "promote"): string[] {
  const { apiServer, cluster } = rotation;
  const { distribution } = apiServer;
  if (distribution === undefined) {
    return [`# configure every API server; --distribution says with what`];
  }
  if (distribution === "eks-anywhere") return [];
  if (distribution !== "talos") return flagCommands(rotation, distribution, step);
  return cluster.talos !== undefined && makesMachines(cluster.talos)
    ? ["# terraform apply gives the machines their configuration"]
    : talosCommands(rotation, step);
}

function talosCommands(rotation: Rotation, step: "accept" | "promote"): string[] {
  const { cluster, options, signing, plan } = rotation;
  const { talos } = cluster;
  const settings = flagWords([
    ["--talos-version", options.talosVersion ?? talos?.version],
    ["--generated-by", talos?.generatedBy],
    ["--form", talos?.form],
    ["--control-plane-endpoint", talos?.controlPlaneEndpoint],
    ...(talos?.acceptedIssuers ?? []).map((url) => ["--accepted-issuer", url] as const),
  ]);
  const isOwn = signing?.source === "public-keys";
  const key = step === "accept" ? "--keep-key" : `--private-key ${plan.to}.key`;
  const flags = [...settings, ...(isOwn ? [key] : []), "--out patch.yaml"].join(" ");
  return [
    `${terraform(rotation, "output -json")} | irsa cluster-config talos ${flags}`,
    ...patchTalos,
  ];
}

/** A cluster whose API server takes flags: files are put on its nodes first. */
function flagCommands(
  rotation: Rotation,
  distribution: FlagDistribution,
  step: "accept" | "promote",
): string[] {
  const { signing, plan } = rotation;
  const own = signingKeyFile(rotation, distribution);
  const others = own.replace(/[^/]+$/, "irsa-other.pub");
  const isOwn = signing?.source === "public-keys";
  const needsFile = step === "promote" || !isOwn;
  const flags = [
    ...(needsFile ? [`--signing-key-file ${own}`] : []),
    `--public-key-file ${others}`,
    ...(step === "promote" && !isOwn ? [`--private-key-out ${plan.to}.key`] : []),
    `--out ${distribution}.yaml`,
  ].join(" ");
  return [
    `${terraform(rotation, "output -json other_public_keys")} | jq -r '.[]' > irsa-other.pub`,
    `# copy irsa-other.pub to every control-plane node as ${others}`,
    `${terraform(rotation, "output -json")} | irsa cluster-config ${distribution} ${flags}`,
    ...(step === "promote"
      ? [
          `# put ${plan.to}.key, the private key, in the place of ${own} on one control-plane node after the other, its public half beside it if there is one, and delete it here`,
        ]
      : []),
    `# merge ${distribution}.yaml into the node's configuration, one control-plane node after the other`,
  ];
}

/** How to collect what the next step needs to know, and to take it. */
export function evidenceCommands(rotation: Rotation): string[] {
  const { options, cluster, plan } = rotation;
  const [step] = plan.steps;
  if (step === undefined || step.step === "stage") return [];
  const needsServers =
    step.step === "accept" || (step.step === "promote" && rotation.apiServer.keys !== "one");
  const needsToken = step.step === "drain" || step.step === "retire";
  const words = [
    `irsa rotate ${cluster.name}`,
    ...flagWords([
      ["--config", options.config],
      ["--to", options.to],
      ...planFlags(options),
      ["--published-since", options.publishedSince],
      ["--token-lifetime", options.tokenLifetime],
    ]),
    ...(options.hardCut === true ? ["--hard-cut"] : []),
    ...(step.step === "drain" ? [] : [`--jwks ${jwksUrl(rotation)}`]),
    ...(needsServers ? ["--api-server-jwks api-server.json"] : []),
    ...(needsToken ? ["--token -"] : []),
    "--next",
  ];
  return [
    ...(needsServers
      ? ["kubectl get --raw /openid/v1/jwks > api-server.json # of each control-plane node one"]
      : []),
    `${needsToken ? "kubectl create token default | " : ""}${words.join(" ")}`,
  ];
}

function jwksUrl(rotation: Rotation): string {
  const { issuer } = rotation.cluster;
  const url = "hosting" in issuer ? issuer.hosting.issuerUrl : undefined;
  return url === undefined
    ? `"$(${terraform(rotation, "output -raw jwks_uri")})"`
    : parseIssuerUrl(url).jwksUri;
}
