import {
  audienceRules,
  checkEach,
  checkUnique,
  nodePathRules,
  type Violation,
} from "../../validation";
import { type ApiServerArgs, apiServerArgsViolations, list } from "./args";
import { type IssuerProps, issuerViolations, listIssuers } from "./issuers";

/** What the API server of a cluster needs to know that takes flags, such as kubeadm's or k3s'. */
export interface ApiServerProps extends IssuerProps {
  /**
   * Files on the control-plane nodes with public keys whose tokens stay valid for the Kubernetes API;
   * each may contain several keys in PEM.
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

/** Flags that these modules set from properties of their own. */
const ownFlags = new Map([
  ["service-account-key-file", "comes from {publicKeyFiles}"],
  ["service-account-signing-key-file", "cannot be set: the cluster's own key signs"],
]);

/**
 * What is wrong with the flags.
 *
 * @param refusals further flags that are not taken, each with the reason
 */
export function apiServerViolations(
  props: ApiServerProps & { readonly apiAudiences?: readonly string[] },
  refusals: Readonly<Record<string, string>> = {},
): Violation[] {
  const refused = new Map([...ownFlags, ...Object.entries(refusals)]);
  return [
    ...issuerViolations(props),
    ...(props.apiAudiences?.length === 0
      ? [
          {
            path: ["apiAudiences"],
            rule: "must have at least one entry; leave it out for the default",
          },
        ]
      : []),
    ...checkEach(["apiAudiences"], props.apiAudiences, audienceRules),
    ...checkEach(["publicKeyFiles"], props.publicKeyFiles, nodePathRules),
    ...checkUnique(["publicKeyFiles"], props.publicKeyFiles),
    ...apiServerArgsViolations(props.extraApiServerArgs ?? {}, (flag) => refused.get(flag)),
  ];
}

/**
 * The flags of an API server, in lexical order of their names and a repeated one in its own order: of
 * several issuers the first signs.
 *
 * @param own flags with values of the kind of cluster
 * @see {@link https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ kube-apiserver}
 */
export function buildApiServerFlags(
  props: ApiServerProps,
  own: ApiServerArgs = {},
): ApiServerFlag[] {
  const args: ApiServerArgs = {
    ...props.extraApiServerArgs,
    ...own,
    "service-account-issuer": listIssuers(props),
    ...(props.jwksUri !== undefined && { "service-account-jwks-uri": props.jwksUri }),
  };
  return Object.entries(args)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => list(value).map((one) => ({ name, value: one })));
}
