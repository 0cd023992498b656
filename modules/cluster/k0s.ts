import { assertValid } from "../validation";
import { type ApiServerProps, apiServerViolations, buildApiServerFlags } from "./api-server/flags";

/** What a k0s controller needs to know to be the issuer that AWS trusts. */
export interface K0sProps extends ApiServerProps {
  /**
   * Audiences of the Kubernetes API besides those that k0s sets.
   * @default - those that k0s sets
   */
  readonly apiAudiences?: readonly string[];
}

/** What k0s sets: its own issuer, and the one that its konnectivity agents use. */
const ownAudiences = ["https://kubernetes.default.svc", "system:konnectivity-server"];

/**
 * The part of a k0s ClusterConfig that makes the cluster sign its ServiceAccount tokens under the given
 * issuer. The key stays k0s's own. A running cluster has signed as `https://kubernetes.default.svc`: give
 * that as an accepted issuer, or pods get 401 from the Kubernetes API.
 *
 * `extraArgs` contains a flag once and takes the place of what k0s sets. A flag's further values are in
 * `rawArgs`, which k0s appends since 1.34.1; {@link inspectK0s} says so.
 *
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://docs.k0sproject.io/stable/configuration/#specapi k0s, spec.api}
 *
 * @example
 * formatYaml(buildK0sConfiguration({ issuerUrl: "https://oidc.example.org/prod" }));
 */
export function buildK0sConfiguration(props: K0sProps): object {
  assertValid(apiServerViolations(props));
  const { extraArgs, rawArgs } = k0sArguments(props);
  return {
    apiVersion: "k0s.k0sproject.io/v1beta1",
    kind: "ClusterConfig",
    metadata: { name: "k0s" },
    spec: { api: { extraArgs, ...(rawArgs.length > 0 && { rawArgs }) } },
  };
}

/** The flags, each with its first value in the map. */
export function k0sArguments(props: K0sProps): {
  readonly extraArgs: Readonly<Record<string, string>>;
  readonly rawArgs: readonly string[];
} {
  const { apiAudiences, publicKeyFiles = [] } = props;
  const flags = buildApiServerFlags(props, {
    ...(publicKeyFiles.length > 0 && { "service-account-key-file": publicKeyFiles }),
    ...(apiAudiences !== undefined && {
      "api-audiences": [...new Set([...ownAudiences, ...apiAudiences])].join(","),
    }),
  });
  const extraArgs = new Map<string, string>();
  const rawArgs: string[] = [];
  for (const { name, value } of flags) {
    // k0s itself names the file with its own public key.
    if (extraArgs.has(name) || name === "service-account-key-file") {
      rawArgs.push(`--${name}=${value}`);
    } else extraArgs.set(name, value);
  }
  return { extraArgs: Object.fromEntries(extraArgs), rawArgs };
}
