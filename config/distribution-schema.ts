import { z } from "zod";
import {
  apiServerFlagRules,
  audienceRules,
  clusterUrlRules,
  eksAnywhereClusterNameRules,
  nodePathRules,
  stringSchema,
} from "../modules/validation";
import { choice, flag, optionalText, optionalTexts } from "./properties";

/** What every cluster may say whose API server takes flags. */
export const apiServer = {
  acceptedIssuers: optionalTexts(
    "Issuers that the API server goes on accepting and AWS never sees, such as https://10.0.0.1:6443. Default: none.",
    clusterUrlRules,
  ),
  publishedJwksUri: flag("The API server's own discovery document names the published JWKS."),
  extraApiServerArgs: z
    .record(
      z.string().meta(stringSchema(apiServerFlagRules)),
      z.union([z.string(), z.array(z.string())]),
    )
    .optional()
    .meta({
      description:
        "More flags of the API server, such as those of an OIDC login provider. Default: none.",
    }),
};

const keyFiles = {
  signingKeyFile: optionalText(
    "Where the private key that Terraform made lies on each control-plane node. Default: none, the cluster signs with its own key.",
    nodePathRules,
  ),
  publicKeyFiles: optionalTexts(
    "Files on the control-plane nodes with public keys whose tokens stay valid. Default: none.",
    nodePathRules,
  ),
};

const audiences = (description: string) =>
  optionalTexts(description, audienceRules, { minItems: 1 });

const rancher = (product: string, name: string) =>
  z
    .strictObject({
      dataDir: optionalText(
        `The data directory of ${product}. Default: /var/lib/rancher/${name}.`,
        nodePathRules,
      ),
      ...apiServer,
      ...keyFiles,
    })
    .optional()
    .meta({ description: `The cluster runs ${product}. Default: it does not say.` });

/**
 * What a cluster runs, besides Talos: settings of `irsa cluster-config`, by the names of its flags. They change
 * nothing that Terraform makes.
 */
export const distributionSchemas = {
  kubeadm: z
    .strictObject({
      apiVersion: choice(
        "The version of kubeadm's configuration: v1beta4 (Kubernetes 1.31 and later) or v1beta3, which repeats no flag.",
        ["v1beta4", "v1beta3"],
        "v1beta4",
      ),
      ...apiServer,
      ...keyFiles,
      apiAudiences: audiences("Audiences of the Kubernetes API. Default: every issuer."),
    })
    .optional()
    .meta({ description: "The cluster is made by kubeadm. Default: it does not say." }),
  k3s: rancher("k3s", "k3s"),
  rke2: rancher("RKE2", "rke2"),
  k0s: z
    .strictObject({
      ...apiServer,
      ...keyFiles,
      apiAudiences: audiences(
        "Audiences of the Kubernetes API besides those that k0s sets. Default: none.",
      ),
    })
    .optional()
    .meta({ description: "The cluster runs k0s. Default: it does not say." }),
  microk8s: z
    .strictObject({
      ...apiServer,
      ...keyFiles,
      apiAudiences: audiences("Audiences of the Kubernetes API. Default: every issuer."),
    })
    .optional()
    .meta({ description: "The cluster runs MicroK8s. Default: it does not say." }),
  eksAnywhere: z
    .strictObject({
      clusterName: optionalText(
        "The cluster's name in its specification. Default: the cluster's name.",
        eksAnywhereClusterNameRules,
      ),
    })
    .optional()
    .meta({ description: "The cluster runs EKS Anywhere. Default: it does not say." }),
};
