import { createPublicKey } from "node:crypto";
import { DocumentError, type PublicJwk, readPublicKeys } from "../../documents";
import type { ApiServerArgs } from "../api-server/args";
import { ClusterConfigError } from "../errors";
import { type IssuerProps, issuerViolations } from "../api-server/issuers";
import { apiAudienceRule, each, httpsUrlRule, optional } from "../rules";
import { talosArgsViolations } from "./args";
import { type TalosForm, type TalosFormProps, talosTraits, type TalosTraits } from "./form";
import { base64Of, readTalosPrivateKey } from "./private-key";
import { talosPatchDocuments } from "./patch-documents";
import { toYaml } from "../manifests/yaml";

/** What a Talos control plane must know to be the issuer that AWS trusts. */
export interface TalosPatchProps extends TalosFormProps, IssuerProps {
  /** The signing key: PEM, or the base64 of a PEM as Secrets Manager holds it. */
  readonly privateKey: string;
  /**
   * The cluster's endpoint, such as `https://10.0.0.1:6443`: the audience of the tokens that pods use
   * against the Kubernetes API. Needed in the `document` form and with `apiAudiences`.
   * @default - none
   */
  readonly controlPlaneEndpoint?: string;
  /**
   * Public keys whose tokens stay valid for the Kubernetes API: PEM, JWK or JWKS, as the text of a
   * file each. The `document` form alone takes them.
   * @default - none
   */
  readonly previousPublicKeys?: readonly string[];
  /**
   * Audiences of the Kubernetes API besides the control-plane endpoint.
   * @default - none
   */
  readonly apiAudiences?: readonly string[];
  /**
   * More flags of the API server, such as those of an OIDC login provider.
   * @default - none
   */
  readonly extraApiServerArgs?: ApiServerArgs;
}

/** A patch of a Talos machine configuration, for control-plane nodes only. */
export interface TalosPatch {
  readonly form: TalosForm;
  readonly documents: readonly object[];
  /** The documents as a file for `talosctl patch machineconfig --patch @FILE`; holds the private key. */
  readonly yaml: string;
}

/**
 * The patch that makes a Talos cluster sign its ServiceAccount tokens with the given key under the
 * given issuer. Former issuers and keys stay accepted for the Kubernetes API where Talos can take
 * them, and are refused with the reason where it cannot. A later patch replaces what an earlier one
 * accepted, and applying a patch again changes nothing.
 *
 * @throws {ClusterConfigError} with every broken rule at once
 * @see {@link https://docs.siderolabs.com/talos/v1.13/configure-your-talos-cluster/system-configuration/patching Configuration patches}
 *
 * @example
 * const { yaml } = await talosMachineConfigPatch({
 *   talosVersion: "1.13",
 *   issuerUrl: "https://s3.eu-central-1.amazonaws.com/acme-oidc",
 *   privateKey: readFileSync("sa.key", "utf8"),
 * });
 */
export async function talosMachineConfigPatch(props: TalosPatchProps): Promise<TalosPatch> {
  const traits = talosTraits(props);
  const key = await readTalosPrivateKey(props.privateKey, {
    pkcs8: Array.isArray(traits) || traits.pkcs8,
  });
  const previousKeys = await publicKeys(props.previousPublicKeys);
  const violations = [
    ...talosSettingsViolations(props),
    ...issuerViolations(props),
    ...(Array.isArray(key) ? key : []),
    ...previousKeys.violations,
  ];
  if (violations.length > 0 || Array.isArray(traits) || Array.isArray(key)) {
    throw new ClusterConfigError(violations);
  }
  const { form } = traits;
  const documents = talosPatchDocuments({
    ...props,
    form,
    privateKey: form === "document" ? key.pem : base64Of(key.pem),
    previousPublicKeys: previousKeys.keys.filter(({ kid }) => kid !== key.publicKey.kid).map(spki),
  });
  return { form, documents, yaml: toYaml(documents) };
}

/**
 * What is wrong with how a Talos cluster is told its issuer, keys and issuer aside: for a patch whose
 * values Terraform knows at apply only.
 *
 * @returns one sentence a broken rule
 */
export function talosSettingsViolations(
  props: Omit<TalosPatchProps, "issuerUrl" | "privateKey">,
): string[] {
  const traits = talosTraits(props);
  return [
    ...(Array.isArray(traits) ? traits : formViolations(props, traits)),
    ...optional(httpsUrlRule, "controlPlaneEndpoint", props.controlPlaneEndpoint),
    ...each(apiAudienceRule, "apiAudiences", props.apiAudiences),
  ];
}

function formViolations(
  props: Omit<TalosPatchProps, "issuerUrl" | "privateKey">,
  traits: TalosTraits,
): string[] {
  const { previousIssuers = [], previousPublicKeys = [], apiAudiences = [] } = props;
  const { form, lists } = traits;
  const violations = talosArgsViolations(props.extraApiServerArgs ?? {}, traits);
  if (!lists && previousIssuers.length > 0) {
    violations.push(
      "'previousIssuers' must be empty: Talos takes one issuer before 1.13.6; upgrade to keep tokens of a former issuer valid, or accept that pods get 401 from the Kubernetes API until they are restarted",
    );
  }
  if (form !== "document" && previousPublicKeys.length > 0) {
    violations.push(
      "'previousPublicKeys' must be empty: Talos accepts tokens of another key than the signing key only in clusters generated by 1.14 or later; here pods get 401 from the Kubernetes API until they are restarted",
    );
  }
  if (
    props.controlPlaneEndpoint === undefined &&
    (form === "document" || apiAudiences.length > 0)
  ) {
    violations.push(
      "'controlPlaneEndpoint' is missing: without it among the audiences of the Kubernetes API, running pods get 401",
    );
  }
  return violations;
}

async function publicKeys(
  texts: readonly string[] = [],
): Promise<{ keys: PublicJwk[]; violations: string[] }> {
  const keys = new Map<string, PublicJwk>();
  const violations: string[] = [];
  for (const [index, text] of texts.entries()) {
    try {
      const read = await readPublicKeys(text, `'previousPublicKeys[${index}]'`);
      for (const key of read) keys.set(key.kid, key);
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      violations.push(error.message);
    }
  }
  return { keys: [...keys.values()], violations };
}

/** SubjectPublicKeyInfo in PEM. */
export function spki(jwk: PublicJwk): string {
  const key = createPublicKey({ key: { ...jwk }, format: "jwk" });
  return key.export({ type: "spki", format: "pem" }).toString();
}
