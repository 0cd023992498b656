import { createPublicKey } from "node:crypto";
import { DocumentError, type PublicJwk, readPublicKeys } from "../../documents";
import {
  assertValid,
  audienceRules,
  checkEach,
  checkText,
  controlPlaneEndpointRules,
  InvalidPropsError,
  type Violation,
} from "../../validation";
import type { ApiServerArgs } from "../api-server/args";
import { type IssuerProps, issuerViolations } from "../api-server/issuers";
import { formatYamlAsTerraform } from "../manifests/yaml";
import { talosArgsViolations } from "./args";
import { deriveTalosTraits, type TalosForm, type TalosFormProps, type TalosTraits } from "./form";
import { buildTalosPatchDocuments } from "./patch-documents";
import { base64Of, readTalosPrivateKey, type TalosPrivateKey } from "./private-key";

/** What a Talos control plane needs to know to be the issuer that AWS trusts. */
export interface TalosPatchProps extends TalosFormProps, IssuerProps {
  /**
   * The signing key: PEM, or the base64 of a PEM as Secrets Manager contains it.
   * @default - the cluster keeps the key it has
   */
  readonly privateKey?: string;
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
  /**
   * The documents as a file for `talosctl patch machineconfig --patch @FILE`, the same bytes as the stack's
   * output `talos_machine_config_patch`; contains the private key.
   */
  readonly yaml: string;
}

/**
 * The patch that makes a Talos cluster sign its ServiceAccount tokens under the given issuer, with the
 * given key or its own. Former issuers stay accepted for the Kubernetes API where Talos takes several;
 * what it means where it does not, {@link inspectTalos} says. A later patch replaces what an earlier
 * one accepted, and applying a patch again changes nothing.
 *
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://docs.siderolabs.com/talos/v1.13/configure-your-talos-cluster/system-configuration/patching Configuration patches}
 *
 * @example
 * const { yaml } = await buildTalosMachineConfigPatch({
 *   version: "1.13.6",
 *   issuerUrl: "https://s3.eu-central-1.amazonaws.com/acme-oidc",
 *   privateKey: readFileSync("sa.key", "utf8"),
 * });
 */
export async function buildTalosMachineConfigPatch(props: TalosPatchProps): Promise<TalosPatch> {
  const traits = deriveTalosTraits(props);
  const key = await signingKey(props, Array.isArray(traits) || traits.pkcs8);
  const previousKeys = await readPreviousKeys(props.previousPublicKeys);
  const violations = [
    ...talosSettingsViolations(props),
    ...issuerViolations(props),
    ...(Array.isArray(key) ? key : []),
    ...previousKeys.violations,
  ];
  assertValid(violations);
  if (Array.isArray(traits) || Array.isArray(key)) throw new InvalidPropsError(violations);
  const { form } = traits;
  const documents = buildTalosPatchDocuments({
    ...props,
    form,
    previousIssuers: traits.lists ? props.previousIssuers : [],
    privateKey: key && (form === "document" ? key.pem : base64Of(key.pem)),
    previousPublicKeys: previousKeys.keys
      .filter(({ kid }) => kid !== key?.publicKey.kid)
      .map(encodePublicKey),
  });
  return { form, documents, yaml: formatYamlAsTerraform(documents) };
}

/**
 * What is wrong with the settings of a Talos cluster, issuer and keys aside: for a patch whose values
 * only Terraform knows, at apply.
 *
 * @example
 * talosSettingsViolations({ version: "1.13" }); // []
 */
export function talosSettingsViolations(
  props: Omit<TalosPatchProps, "issuerUrl" | "privateKey">,
): Violation[] {
  const traits = deriveTalosTraits(props);
  const { controlPlaneEndpoint: endpoint } = props;
  return [
    ...(Array.isArray(traits) ? traits : formViolations(props, traits)),
    ...(endpoint === undefined
      ? []
      : checkText(["controlPlaneEndpoint"], endpoint, controlPlaneEndpointRules)),
    ...checkEach(["apiAudiences"], props.apiAudiences, audienceRules),
  ];
}

function formViolations(
  props: Omit<TalosPatchProps, "issuerUrl" | "privateKey">,
  traits: TalosTraits,
): Violation[] {
  const { acceptedIssuers = [], previousPublicKeys = [], apiAudiences = [] } = props;
  const { form, lists } = traits;
  const violations = talosArgsViolations(props.extraApiServerArgs ?? {}, traits);
  if (!lists && acceptedIssuers.length > 0) {
    violations.push({
      path: ["acceptedIssuers"],
      rule: "must be empty: Talos takes one issuer before 1.13.6; upgrade Talos first, or leave it out and restart the pods after the change, which get 401 from the Kubernetes API until then",
    });
  }
  if (form !== "document" && previousPublicKeys.length > 0) {
    violations.push({
      path: ["previousPublicKeys"],
      rule: "must be empty: Talos accepts tokens of another key than the signing key only in clusters generated by 1.14 or later; here pods get 401 from the Kubernetes API until they are restarted",
    });
  }
  if (
    props.controlPlaneEndpoint === undefined &&
    (form === "document" || apiAudiences.length > 0)
  ) {
    violations.push({
      path: ["controlPlaneEndpoint"],
      rule: "is missing: without it among the audiences of the Kubernetes API, running pods get 401",
    });
  }
  return violations;
}

async function signingKey(
  { privateKey }: TalosPatchProps,
  pkcs8: boolean,
): Promise<TalosPrivateKey | Violation[] | undefined> {
  return privateKey === undefined ? undefined : readTalosPrivateKey(privateKey, { pkcs8 });
}

async function readPreviousKeys(
  texts: readonly string[] = [],
): Promise<{ keys: PublicJwk[]; violations: Violation[] }> {
  const keys = new Map<string, PublicJwk>();
  const violations: Violation[] = [];
  for (const [index, text] of texts.entries()) {
    try {
      for (const key of await readPublicKeys(text, "it")) keys.set(key.kid, key);
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      const rule = `must be public keys in PEM, JWK or JWKS: ${error.message}`;
      violations.push({ path: ["previousPublicKeys", index], rule });
    }
  }
  return { keys: [...keys.values()], violations };
}

/**
 * SubjectPublicKeyInfo in PEM.
 *
 * @example
 * const [key] = await readPublicKeys(readFileSync("jwks.json", "utf8"), "jwks.json", { keyId: "as-given" });
 * if (key !== undefined) console.log(encodePublicKey(key));
 */
export function encodePublicKey(jwk: PublicJwk): string {
  const key = createPublicKey({ key: { ...jwk }, format: "jwk" });
  return key.export({ type: "spki", format: "pem" }).toString();
}
