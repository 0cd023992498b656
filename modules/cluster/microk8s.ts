import { assertValid, type Violation } from "../validation";
import { list } from "./api-server/args";
import { type ApiServerProps, apiServerViolations, buildApiServerFlags } from "./api-server/flags";

/** What a MicroK8s node needs to know to be the issuer that AWS trusts. */
export interface MicroK8sProps extends ApiServerProps {
  /**
   * Audiences of the Kubernetes API.
   * @default - every issuer
   */
  readonly apiAudiences?: readonly string[];
}

/** MicroK8s writes its own key here, of which the file's line names the place. */
const ownKey = "${SNAP_DATA}/certs/serviceaccount.key";

/**
 * The lines of `/var/snap/microk8s/current/args/kube-apiserver`, on each control-plane node, that make a
 * MicroK8s cluster sign its ServiceAccount tokens under the given issuer; they take the place of the
 * file's lines for the same flags. The key stays MicroK8s's own. A running cluster has signed as
 * `https://kubernetes.default.svc`: give that as an accepted issuer, or pods get 401 from the
 * Kubernetes API.
 *
 * @returns one line for each flag, in order
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://microk8s.io/docs/configuring-services MicroK8s, configuring services}
 *
 * @example
 * buildMicroK8sArguments({ issuerUrl: "https://oidc.example.org/prod" });
 * // ["--service-account-issuer=https://oidc.example.org/prod"]
 */
export function buildMicroK8sArguments(props: MicroK8sProps): string[] {
  assertValid([...apiServerViolations(props), ...lineViolations(props)]);
  const { apiAudiences, publicKeyFiles = [] } = props;
  const flags = buildApiServerFlags(props, {
    ...(publicKeyFiles.length > 0 && { "service-account-key-file": [ownKey, ...publicKeyFiles] }),
    ...(apiAudiences !== undefined && { "api-audiences": apiAudiences.join(",") }),
  });
  return flags.map(({ name, value }) => `--${name}=${value}`);
}

/** A value cannot reach beyond its line. */
function lineViolations({ extraApiServerArgs = {} }: MicroK8sProps): Violation[] {
  return Object.entries(extraApiServerArgs).flatMap(([flag, value]) =>
    list(value).some((one) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(one))
      ? [{ path: ["extraApiServerArgs", flag], rule: "must contain no line break", given: value }]
      : [],
  );
}
