import type { ApiServerArgs } from "../api-server/args";
import { type IssuerProps, listIssuers } from "../api-server/issuers";
import { isOidcFlag, kubeAuthenticationConfig } from "./authentication";
import type { TalosForm } from "./form";

/** The values of a Talos patch, each as its form writes it. */
export interface TalosPatchContent extends IssuerProps {
  readonly form: TalosForm;
  /**
   * The PEM in the `document` form, its base64 in the others.
   * @default - the cluster keeps the key it has
   */
  readonly privateKey?: string;
  readonly controlPlaneEndpoint?: string;
  /** PEM, one key each. */
  readonly previousPublicKeys?: readonly string[];
  readonly apiAudiences?: readonly string[];
  readonly extraApiServerArgs?: ApiServerArgs;
}

/**
 * Puts values into their places in a Talos patch and checks nothing, so that a value may be a token
 * that Terraform resolves at apply; `buildTalosMachineConfigPatch` is this with every check.
 *
 * @returns one object a YAML document
 * @see {@link https://docs.siderolabs.com/talos/v1.14/reference/configuration/kubernetes/kubeserviceaccountconfig KubeServiceAccountConfig}
 * @see {@link https://docs.siderolabs.com/talos/v1.13/reference/configuration/v1alpha1/config v1alpha1 Config}
 *
 * @example
 * buildTalosPatchDocuments({ form: "string", issuerUrl: "https://oidc.example.org/prod" });
 */
export function buildTalosPatchDocuments(content: TalosPatchContent): readonly object[] {
  return content.form === "document" ? kubeDocuments(content) : [clusterDocument(content)];
}

/**
 * Talos appends the lists of a patch to those it has, and an API server with an issuer given twice
 * does not start.
 */
const forgetAccepted = {
  apiVersion: "v1alpha1",
  kind: "KubeServiceAccountConfig",
  accepted: { $patch: "delete" },
};

function clusterDocument(content: TalosPatchContent): object {
  const { apiAudiences = [] } = content;
  const issuers = content.form === "list" ? listIssuers(content) : [content.issuerUrl];
  const audiences = [...new Set([content.controlPlaneEndpoint, ...apiAudiences])].join(",");
  const extraArgs = {
    ...content.extraApiServerArgs,
    ...(apiAudiences.length > 0 && { "api-audiences": audiences }),
    "service-account-issuer": issuers.length === 1 ? content.issuerUrl : issuers,
    ...jwksUriArg(content),
  };
  return {
    cluster: {
      apiServer: { extraArgs: inLexicalOrder(extraArgs) },
      ...(content.privateKey !== undefined && { serviceAccount: { key: content.privateKey } }),
    },
  };
}

function kubeDocuments(content: TalosPatchContent): readonly object[] {
  const { extraApiServerArgs = {} } = content;
  const plain = Object.entries(extraApiServerArgs).filter(([flag]) => !isOidcFlag(flag));
  const extraArgs = { ...Object.fromEntries(plain), ...jwksUriArg(content) };
  const authentication = kubeAuthenticationConfig(extraApiServerArgs);
  return [
    forgetAccepted,
    kubeServiceAccountConfig(content),
    ...(Object.keys(extraArgs).length === 0
      ? []
      : [
          {
            apiVersion: "v1alpha1",
            kind: "KubeAPIServerConfig",
            extraArgs: inLexicalOrder(extraArgs),
          },
        ]),
    ...(authentication === undefined ? [] : [authentication]),
  ];
}

function kubeServiceAccountConfig(content: TalosPatchContent): object {
  const { previousPublicKeys = [], apiAudiences = [] } = content;
  const accepted = listIssuers(content).slice(1);
  return {
    apiVersion: "v1alpha1",
    kind: "KubeServiceAccountConfig",
    issuer: {
      ...(content.privateKey !== undefined && { privateKey: content.privateKey }),
      issuerURL: content.issuerUrl,
    },
    accepted: {
      ...(previousPublicKeys.length > 0 && { publicKeys: [...previousPublicKeys] }),
      ...(accepted.length > 0 && { issuers: accepted }),
      audiences: [...new Set([content.controlPlaneEndpoint, ...apiAudiences])],
    },
  };
}

function jwksUriArg({ jwksUri }: IssuerProps): ApiServerArgs {
  return jwksUri === undefined ? {} : { "service-account-jwks-uri": jwksUri };
}

function inLexicalOrder(args: ApiServerArgs): ApiServerArgs {
  return Object.fromEntries(Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1)));
}
