import { Fn } from "cdktf";
import {
  spki,
  type TalosForm,
  talosPatchDocuments,
  type TalosPatchProps,
  talosSettingsViolations,
  talosTraits,
} from "../cluster";
import type { IrsaIssuer } from "../issuer";
import { local } from "../synthesis";
import { type Violation } from "../validation";

/** Settings of a Talos machine-config patch; the issuer itself comes from the stack. */
export interface TalosProps extends Pick<
  TalosPatchProps,
  | "apiAudiences"
  | "controlPlaneEndpoint"
  | "extraApiServerArgs"
  | "form"
  | "generatedBy"
  | "talosVersion"
> {
  /**
   * Whether the API server's own discovery document names the published JWKS.
   * @default false
   */
  readonly publishedJwksUri?: boolean;
}

/** What is wrong with the Talos settings of a stack, at paths that begin with `talos` or `previousIssuers`. */
export function talosViolations(
  props: TalosProps,
  previousIssuers: readonly string[],
): Violation[] {
  const values = Object.entries(props.extraApiServerArgs ?? {}).flatMap(([flag, value]) =>
    [value].flat().map((each, index) => ({
      path: ["talos", "extraApiServerArgs", flag, ...(Array.isArray(value) ? [index] : [])],
      each,
    })),
  );
  return [
    ...talosSettingsViolations({ ...props, previousIssuers }).map(asViolation),
    ...values
      .filter(({ each }) => /["\\\r\n]|[$%]\{/.test(each))
      .map(({ path }) => ({
        path,
        rule: "must contain no quote, backslash, line break or template of Terraform",
      })),
  ];
}

/** Until `modules/cluster` returns violations itself. */
function asViolation(sentence: string): Violation {
  const [, name = "", rule = sentence] = /^'([^']+)' (.*)$/s.exec(sentence) ?? [];
  if (name === "previousIssuers") return { path: [name], rule };
  const [member = "", part] = name.split(/[.[\]]+/, 2);
  const property = member === "talosVersion" ? "version" : member;
  return { path: ["talos", property, ...(part === undefined ? [] : [part])], rule };
}

/** The form of a Talos patch that suits the settings; without any, the one that every version knew. */
export function talosForm(props: TalosProps | undefined): TalosForm {
  const traits = props === undefined ? undefined : talosTraits(props);
  return traits === undefined || Array.isArray(traits) ? "string" : traits.form;
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
    ...props,
    form,
    issuerUrl,
    jwksUri: props.publishedJwksUri === true ? jwksUri : undefined,
    previousIssuers: issuer.trustedIssuers.slice(1).map((previous) => previous.issuerUrl),
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
