import { type ApiServerArgs, apiServerArgsViolations, list } from "./args";
import { type IssuerProps, issuerViolations } from "./issuers";
import { apiAudienceRule, each, pathRule, violation } from "../rules";

/** What the API server of a kubeadm or k3s cluster is told. */
export interface ApiServerProps extends IssuerProps {
  /**
   * Files on the control-plane nodes with public keys whose tokens stay valid for the Kubernetes API;
   * each may hold several keys in PEM.
   * @default - the cluster's own key alone
   */
  readonly publicKeyFiles?: readonly string[];
  /**
   * More flags of the API server, such as those of an OIDC login provider.
   * @default - none
   */
  readonly extraApiServerArgs?: ApiServerArgs;
}

/** One flag as it is written once. */
export interface ApiServerFlag {
  readonly name: string;
  readonly value: string;
}

/** Flags that these modules set from members of their own. */
const ownFlags: Readonly<Record<string, string>> = {
  "service-account-key-file": "is said elsewhere: give 'publicKeyFiles'",
  "service-account-signing-key-file": "is said elsewhere: the cluster's own key signs",
};

/**
 * What is wrong with the flags.
 *
 * @param refusals further flags that are not taken, each with the reason
 */
export function apiServerViolations(
  props: ApiServerProps & { readonly apiAudiences?: readonly string[] },
  refusals: Readonly<Record<string, string>> = {},
): string[] {
  return [
    ...issuerViolations(props),
    ...each(apiAudienceRule, "apiAudiences", props.apiAudiences),
    ...each(pathRule, "publicKeyFiles", props.publicKeyFiles),
    ...(props.publicKeyFiles ?? []).flatMap((file, index, files) =>
      violation(
        `publicKeyFiles[${index}]`,
        files.indexOf(file) === index,
        "not repeat another file",
        file,
      ),
    ),
    ...apiServerArgsViolations(
      props.extraApiServerArgs ?? {},
      (flag) => refusals[flag] ?? ownFlags[flag],
    ),
  ];
}

/**
 * The flags of an API server, in lexical order of their names and a repeated one in its own order: of
 * several issuers the first signs.
 *
 * @param own flags with values of the kind of cluster
 * @see {@link https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ kube-apiserver}
 */
export function apiServerFlags(props: ApiServerProps, own: ApiServerArgs = {}): ApiServerFlag[] {
  const args: ApiServerArgs = {
    ...props.extraApiServerArgs,
    ...own,
    "service-account-issuer": [props.issuerUrl, ...(props.previousIssuers ?? [])],
    ...(props.jwksUri !== undefined && { "service-account-jwks-uri": props.jwksUri }),
  };
  return Object.entries(args)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => list(value).map((one) => ({ name, value: one })));
}
