import { assertValid } from "../validation";
import { type ApiServerProps, apiServerViolations, buildApiServerFlags } from "./api-server/flags";
import { onceViolations } from "./api-server/once";

/** What a k0s controller needs to know to be the issuer that AWS trusts. */
export interface K0sProps extends ApiServerProps {
  /**
   * Audiences of the Kubernetes API.
   * @default - the issuer, and what k0s sets itself
   */
  readonly apiAudiences?: readonly string[];
}

/**
 * The part of a k0s ClusterConfig that makes the cluster sign its ServiceAccount tokens under the given
 * issuer. The key stays k0s's own, `/var/lib/k0s/pki/sa.key`. `extraArgs` contains each flag once, so
 * that a running cluster, which has signed as `https://kubernetes.default.svc`, no longer accepts its
 * former tokens: restart all pods after the change.
 *
 * @throws {InvalidPropsError} one violation for each rule violated; no flag can be repeated
 * @see {@link https://docs.k0sproject.io/stable/configuration/#specapi k0s, spec.api}
 *
 * @example
 * formatYaml(buildK0sConfiguration({ issuerUrl: "https://oidc.example.org/prod" }));
 */
export function buildK0sConfiguration(props: K0sProps): object {
  assertValid([
    ...apiServerViolations(props),
    ...onceViolations(props, {
      when: "with k0s, whose extraArgs contain a flag once",
      ofIssuers: "plan a restart of all pods instead, CNI and DNS first",
      ofKeys: "append the keys to /var/lib/k0s/pki/sa.pub on each controller",
    }),
  ]);
  const { apiAudiences } = props;
  const flags = buildApiServerFlags(
    props,
    apiAudiences === undefined ? {} : { "api-audiences": apiAudiences.join(",") },
  );
  return {
    apiVersion: "k0s.k0sproject.io/v1beta1",
    kind: "ClusterConfig",
    metadata: { name: "k0s" },
    spec: {
      api: { extraArgs: Object.fromEntries(flags.map(({ name, value }) => [name, value])) },
    },
  };
}
