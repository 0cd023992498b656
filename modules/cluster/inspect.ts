import { redactKeyMaterial, type Finding } from "../validation";
import type { ApiServerProps } from "./api-server/flags";
import { stsAudience } from "./constants";
import { k0sArguments, type K0sProps } from "./k0s";
import { deriveTalosTraits, namesListPatch } from "./talos/form";
import type { TalosPatchProps } from "./talos/machine-config-patch";

/** Settings of an API server that {@link inspectApiServer} looks at. */
export type InspectedApiServer = Pick<ApiServerProps, "issuerUrl"> & {
  readonly apiAudiences?: readonly string[];
};

/** Settings of a Talos cluster that {@link inspectTalos} looks at. */
export type InspectedTalos = Partial<Pick<TalosPatchProps, "issuerUrl">> &
  Pick<
    TalosPatchProps,
    "acceptedIssuers" | "apiAudiences" | "form" | "generatedBy" | "previousIssuers" | "version"
  >;

/**
 * What a setting with consequences means and what to do, apart from the values.
 *
 * @example
 * clusterWarningRules.issuerSlash.code; // "IRSA-CLUSTER-ISSUER-SLASH"
 */
export const clusterWarningRules = {
  stsAudience: {
    code: "IRSA-CLUSTER-STS-AUDIENCE",
    what: `the Kubernetes API accepts tokens for ${stsAudience}, so that every token that a pod sends to AWS opens it`,
    remedy: `keep it only while workloads still use such tokens against the Kubernetes API; restart them, wait until the old tokens have expired (24 hours), then drop ${stsAudience} from the API audiences: the webhook needs no entry there`,
  },
  issuerSlash: {
    code: "IRSA-CLUSTER-ISSUER-SLASH",
    what: "the issuer ends with a slash",
    remedy:
      "use it only if the identity provider in AWS has the slash, too: both are compared byte by byte",
  },
  k0sRawArgs: {
    code: "IRSA-CLUSTER-K0S-RAW-ARGS",
    what: "the configuration contains rawArgs, which k0s before 1.34.1 refuses to load",
    expected: "k0s 1.34.1 or later",
    remedy:
      "upgrade k0s first; with one issuer and one key file no rawArgs are needed, and pods get 401 from the Kubernetes API until they are restarted, CNI and DNS first",
  },
  oneIssuer: {
    code: "IRSA-CLUSTER-ONE-ISSUER",
    what: "the cluster accepts one issuer: AWS trusts the former ones too, the Kubernetes API does not",
    expected: "Talos 1.13.6 or later, to accept several",
    remedy:
      "after the patch, pods get 401 from the Kubernetes API until their token is renewed: restart all pods, CNI and DNS first, or upgrade Talos before the change",
  },
  talosPatchVersion: {
    code: "IRSA-CLUSTER-TALOS-PATCH-VERSION",
    what: "Talos 1.13.0 to 1.13.5 and the Talos provider 0.11.0 for Terraform refuse the list of issuers in this patch",
    expected: "the whole version, such as 1.13.6",
    remedy:
      "give the patch version of Talos; before 1.13.6 the patch has the one issuer that signs",
  },
} as const;

/**
 * What is allowed but has consequences in the settings of an API server. Empty when there is nothing
 * to say.
 *
 * @example
 * inspectApiServer({ apiAudiences: ["sts.amazonaws.com"] })[0]?.code; // "IRSA-CLUSTER-STS-AUDIENCE"
 */
export function inspectApiServer(props: Partial<InspectedApiServer>): Finding[] {
  const { issuerUrl = "", apiAudiences = [] } = props;
  return [
    ...(apiAudiences.some((audience) => audience.split(",").includes(stsAudience))
      ? [warning("stsAudience")]
      : []),
    ...(issuerUrl.endsWith("/") ? [warning("issuerSlash", redactKeyMaterial(issuerUrl))] : []),
  ];
}

/**
 * What is allowed but has consequences in the settings of a k0s cluster.
 *
 * @example
 * inspectK0s({ issuerUrl: "https://oidc.example.org/prod" }); // []
 */
export function inspectK0s(props: K0sProps): Finding[] {
  const hasRawArgs = k0sArguments(props).rawArgs.length > 0;
  return [...inspectApiServer(props), ...(hasRawArgs ? [warning("k0sRawArgs")] : [])];
}

/**
 * What is allowed but has consequences in the settings of a Talos cluster.
 *
 * @example
 * inspectTalos({ version: "1.13.6", acceptedIssuers: ["https://10.0.0.1:6443"] }); // []
 */
export function inspectTalos(props: InspectedTalos): Finding[] {
  const traits = deriveTalosTraits(props);
  const { previousIssuers = [], acceptedIssuers = [], version } = props;
  const general = inspectApiServer(props);
  if (Array.isArray(traits)) return general;
  if (!traits.lists && previousIssuers.length > 0) {
    return [...general, warning("oneIssuer", version)];
  }
  const several = previousIssuers.length + acceptedIssuers.length > 0;
  if (traits.form === "list" && several && !namesListPatch(version)) {
    return [...general, warning("talosPatchVersion", version)];
  }
  return general;
}

function warning(rule: keyof typeof clusterWarningRules, actual?: string): Finding {
  return {
    severity: "warning",
    ...clusterWarningRules[rule],
    ...(actual !== undefined && { actual }),
  };
}
