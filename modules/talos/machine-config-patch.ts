import { Annotations, Fn } from "cdktf";
import {
  type ApiServerArgs,
  buildTalosPatchDocuments,
  deriveTalosTraits,
  encodePublicKey,
  inspectTalos,
  type TalosForm,
  talosSettingsViolations,
} from "../cluster";
import type { IrsaIssuer } from "../issuer";
import { local } from "../synthesis";
import {
  checkEach,
  checkUnique,
  clusterUrlRules,
  formatFinding,
  under,
  type Violation,
} from "../validation";

/** The settings of a Talos cluster's machine-config patch; the issuer itself comes from the stack. */
export interface TalosProps {
  /** The Talos that runs on the control plane, such as `1.13`. */
  readonly version: string;
  /**
   * The Talos that generated the machine configuration.
   * @default version
   */
  readonly generatedBy?: string;
  /**
   * The form of the patch, for a Talos that is not known here yet.
   * @default - follows from `version` and `generatedBy`
   */
  readonly form?: TalosForm;
  /**
   * The control plane's URL, such as `https://10.0.0.1:6443`; required in the form `document` and with
   * `apiAudiences`.
   * @default - none
   */
  readonly controlPlaneEndpoint?: string;
  /**
   * Issuers that the API server accepts besides the present one and the issuer's `previousIssuers`, and
   * that AWS never sees, such as `https://10.0.0.1:6443`.
   * @default - none
   */
  readonly acceptedIssuers?: readonly string[];
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
  /**
   * Whether the API server's own discovery document names the published JWKS.
   * @default false
   */
  readonly publishedJwksUri?: boolean;
}

/** What is wrong with the Talos settings of a stack, at paths that begin with `talos`. */
export function talosViolations(props: TalosProps): Violation[] {
  const values = Object.entries(props.extraApiServerArgs ?? {}).flatMap(([flag, value]) =>
    [value].flat().map((each, index) => ({
      path: ["talos", "extraApiServerArgs", flag, ...(Array.isArray(value) ? [index] : [])],
      each,
    })),
  );
  return [
    ...under(["talos"], talosSettingsViolations(props)),
    ...checkEach(["talos", "acceptedIssuers"], props.acceptedIssuers, clusterUrlRules),
    ...checkUnique(["talos", "acceptedIssuers"], props.acceptedIssuers),
    ...values
      .filter(({ each }) => /["\\\p{Cc}\p{Zl}\p{Zp}]|[$%]\{/u.test(each))
      .map(({ path }) => ({
        path,
        rule: "must contain no quote, backslash, line break or template of Terraform",
      })),
  ];
}

/** The form of a Talos patch that suits the settings; without any, the one that every version knew. */
export function talosForm(props: TalosProps | undefined): TalosForm {
  return traitsOf(props)?.form ?? "string";
}

function traitsOf(props: Partial<TalosProps> | undefined) {
  if (props?.version === undefined) return undefined;
  const traits = deriveTalosTraits({ ...props, version: props.version });
  return Array.isArray(traits) ? undefined : traits;
}

/** The next issuer and the previous ones, where Talos takes several; else a warning says what that means. */
function previousIssuers(issuer: IrsaIssuer, props: Partial<TalosProps>): readonly string[] {
  const { trustedIssuers, nextIssuer } = issuer;
  const others = trustedIssuers.slice(1);
  // The cluster does not sign as the next one yet.
  const former = others.filter((each) => each !== nextIssuer);
  const [previous, warned] = [others, former].map((each) => each.map(({ issuerUrl }) => issuerUrl));
  const { version = "of an unknown version" } = props;
  const traits = traitsOf(props);
  const inspected = { ...props, version, previousIssuers: warned };
  for (const finding of traits === undefined ? [] : inspectTalos(inspected)) {
    Annotations.of(issuer).addWarning(formatFinding(finding));
  }
  return traits?.lists === true ? (previous ?? []) : [];
}

/**
 * The machine-config patch of an issuer's cluster as YAML that Terraform completes at apply: the whole
 * text of a file for `talosctl patch machineconfig --patch @FILE`.
 *
 * @param props values may be tokens
 * @returns undefined if the key that signs is in Secrets Manager alone: `irsa cluster-config talos` reads it there
 */
export function talosPatch(
  issuer: IrsaIssuer,
  form: TalosForm,
  props: Partial<TalosProps> = {},
): string | undefined {
  const { signingKeyPem: pem, issuerUrl, jwksUri } = issuer;
  const previous = previousIssuers(issuer, props);
  if (issuer.secretVersionId !== undefined) return undefined;
  const documents = buildTalosPatchDocuments({
    controlPlaneEndpoint: props.controlPlaneEndpoint,
    apiAudiences: props.apiAudiences,
    extraApiServerArgs: props.extraApiServerArgs,
    form,
    issuerUrl,
    jwksUri: props.publishedJwksUri === true ? jwksUri : undefined,
    previousIssuers: previous,
    acceptedIssuers: props.acceptedIssuers,
    privateKey: pem === undefined || form === "document" ? pem : Fn.base64encode(pem),
    previousPublicKeys: issuer.otherPublicKeys.map((key) =>
      typeof key === "string" ? key : encodePublicKey(key),
    ),
  });
  const encoded = documents.map((document, index) =>
    local(issuer, localName(form, index, documents.length), Fn.yamlencode(document)),
  );
  return encoded.length === 1 ? (encoded[0] ?? "") : Fn.join("---\n", encoded);
}

function localName(form: TalosForm, index: number, count: number): string {
  const name = `talos_${form === "document" ? "documents" : "arguments"}`;
  return count === 1 ? name : `${name}_${index + 1}`;
}
