import { Annotations, Fn } from "cdktf";
import {
  type ApiServerArgs,
  spki,
  type TalosForm,
  talosPatchDocuments,
  talosSettingsViolations,
  talosTraits,
} from "../cluster";
import type { IrsaIssuer } from "../issuer";
import { local } from "../synthesis";
import { checkEach, checkText, clusterUrlRules, type Violation } from "../validation";

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
   * Issuers whose tokens the API server accepts besides the present one, with port or IP address where
   * they have one. AWS trusts `previousIssuers` of the issuer, which is another list.
   * @default - the issuer's `previousIssuers`, where Talos takes several
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

/** The settings as `modules/cluster` names them. */
function settingsOf({ version, acceptedIssuers, ...props }: TalosProps) {
  return { ...props, talosVersion: version, previousIssuers: acceptedIssuers };
}

/** What is wrong with the Talos settings of a stack, at paths that begin with `talos`. */
export function talosViolations(props: TalosProps): Violation[] {
  const values = Object.entries(props.extraApiServerArgs ?? {}).flatMap(([flag, value]) =>
    [value].flat().map((each, index) => ({
      path: ["talos", "extraApiServerArgs", flag, ...(Array.isArray(value) ? [index] : [])],
      each,
    })),
  );
  const settings = talosSettingsViolations(settingsOf(props)).map(asViolation);
  const { controlPlaneEndpoint: endpoint = "" } = props;
  const isEndpointRefused = settings.some(({ path }) => path[1] === "controlPlaneEndpoint");
  return [
    ...settings,
    ...(endpoint === "" || isEndpointRefused
      ? []
      : checkText(["talos", "controlPlaneEndpoint"], endpoint, clusterUrlRules)),
    ...checkEach(["talos", "acceptedIssuers"], props.acceptedIssuers, clusterUrlRules),
    ...values
      .filter(({ each }) => /["\\\r\n]|[$%]\{/.test(each))
      .map(({ path }) => ({
        path,
        rule: "must contain no quote, backslash, line break or template of Terraform",
      })),
  ];
}

const ownNames: Readonly<Record<string, string>> = {
  previousIssuers: "acceptedIssuers",
  talosVersion: "version",
};

/** Until `modules/cluster` returns violations itself. */
function asViolation(sentence: string): Violation {
  const [, name = "", rule = sentence] = /^'([^']+)' (.*)$/s.exec(sentence) ?? [];
  const [member = "", part] = name.split(/[.[\]]+/, 2);
  const path = ["talos", ownNames[member] ?? member, ...(part === undefined ? [] : [part])];
  return { path, rule };
}

/** The form of a Talos patch that suits the settings; without any, the one that every version knew. */
export function talosForm(props: TalosProps | undefined): TalosForm {
  return traitsOf(props)?.form ?? "string";
}

function traitsOf(props: Partial<TalosProps> | undefined) {
  if (props?.version === undefined) return undefined;
  const traits = talosTraits({ ...props, talosVersion: props.version });
  return Array.isArray(traits) ? undefined : traits;
}

/**
 * The issuers that the API server accepts besides the present one. Where Talos takes one alone, tokens
 * of a previous issuer stay good for AWS, but not for the Kubernetes API.
 */
function acceptedIssuers(issuer: IrsaIssuer, props: Partial<TalosProps>): readonly string[] {
  if (props.acceptedIssuers !== undefined) return props.acceptedIssuers;
  const previous = issuer.trustedIssuers.slice(1).map(({ issuerUrl }) => issuerUrl);
  if (previous.length === 0 || traitsOf(props)?.lists === true) return previous;
  Annotations.of(issuer).addWarning(
    "Talos takes one issuer before 1.13.6: AWS goes on trusting the previous ones, but the Kubernetes API answers their tokens with 401 until pods have new ones",
  );
  return [];
}

/**
 * The machine-config patch of an issuer's cluster as YAML that Terraform completes at apply: the whole
 * text of a file for `talosctl patch machineconfig --patch @FILE`.
 *
 * @param props values may be tokens
 */
export function talosPatch(
  issuer: IrsaIssuer,
  form: TalosForm,
  props: Partial<TalosProps> = {},
): string {
  const { signingKeyPem: pem, issuerUrl, jwksUri } = issuer;
  const documents = talosPatchDocuments({
    controlPlaneEndpoint: props.controlPlaneEndpoint,
    apiAudiences: props.apiAudiences,
    extraApiServerArgs: props.extraApiServerArgs,
    form,
    issuerUrl,
    jwksUri: props.publishedJwksUri === true ? jwksUri : undefined,
    previousIssuers: acceptedIssuers(issuer, props),
    privateKey: pem === undefined || form === "document" ? pem : Fn.base64encode(pem),
    previousPublicKeys: issuer.otherPublicKeys.map((key) =>
      typeof key === "string" ? key : spki(key),
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
