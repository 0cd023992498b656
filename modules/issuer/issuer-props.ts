import { type IResolvable, Token } from "cdktf";
import {
  checkTags,
  checkText,
  formatValue,
  parameterPathRules,
  type Path,
  under,
  type Violation,
} from "../validation";
import type { Hosting } from "./hosting";
import {
  audienceViolations,
  type IdentityProviderOptions,
  thumbprintViolations,
} from "./identity-provider";
import { defaultIssuerName, type HostedIssuer, issuerNameViolations } from "./issuer-publication";
import { keyNameViolations } from "./keys/key-names";
import { functionKeyViolations } from "./keys/published-keys";
import { SigningKey } from "./keys/signing-key";
import { findSigningKey, isGiven, keyViolations } from "./keys/signing-keys";
import { isHosted, type PreviousIssuer, previousIssuerViolations } from "./previous-issuers";
import { type SecretProps, secretViolations } from "./signing-key-secret";

/**
 * What computes the JWKS of a key that Terraform makes: the project's Node program, or Terraform's own
 * functions, for runners without Node. Both give the same bytes.
 */
export type JwksComputation = "program" | "functions";

/** Props of {@link IrsaIssuer}. */
export interface IrsaIssuerProps extends IdentityProviderOptions {
  /** Where the discovery document and the JWKS are published. */
  readonly hosting: Hosting;
  /**
   * The keys to publish, in order.
   * @default - one key named `key`, made by Terraform
   */
  readonly keys?: readonly SigningKey[];
  /**
   * The name of the key that the cluster signs with.
   * @default - the first key that Terraform makes or reads from Secrets Manager, or the first if all are
   * public keys of your own
   */
  readonly signingKey?: string;
  /** @default "program" */
  readonly jwksComputation?: JwksComputation;
  /**
   * Whether the signing key is published a second time with an empty `kid`, for API servers before
   * Kubernetes 1.16.
   * @default false
   */
  readonly emptyKeyId?: boolean;
  /**
   * How Terraform keeps private keys in Secrets Manager: of a generated key that signs, a copy under this
   * name (`none` leaves it in the state alone); of keys that are kept there alone, each in a secret of its
   * own below this name.
   * @default - required when Terraform makes a key that it has to keep there
   */
  readonly secret?: SecretProps | "none";
  /**
   * What the names of SSM parameters begin with: Terraform takes the public half of a key that is in
   * Secrets Manager alone through one, such as `/self-hosted-irsa/prod/key-2026`.
   * @default - `/self-hosted-irsa/` and the name of the stack; without `terraformNames`, and the path of the
   * issuer's construct
   */
  readonly parameterPath?: string;
  /**
   * The name of the issuer that signs: its Terraform names end with it.
   * @default "oidc", the name of the first one, which adds nothing
   */
  readonly issuerName?: string;
  /**
   * An issuer that the cluster is to move to: published and trusted already.
   * @default - none
   */
  readonly nextIssuer?: HostedIssuer;
  /**
   * Issuers that stay trusted while the cluster moves to this one.
   * @default - none
   */
  readonly previousIssuers?: readonly PreviousIssuer[];
  /**
   * Names of issuers that were published before and may be destroyed: none of their tokens is valid.
   * @default - none
   */
  readonly retiredIssuers?: readonly string[];
  /**
   * Whether a plan fails that would end the issuer or drop a key that is not retired.
   * @default true
   */
  readonly deletionProtection?: boolean | IResolvable;
  /**
   * Names of keys that were published before and may be dropped: no valid token is signed with them.
   * @default - none
   */
  readonly retiredKeys?: readonly string[];
  /**
   * Terraform names of the module of the Talos documentation, such as `aws_s3_bucket.oidc`, in order to
   * adopt what it made in place. One issuer a stack can have them.
   * @default - names that derive from the construct's path, so that several issuers fit into a stack
   */
  readonly terraformNames?: "talos-documentation";
}

/** The keys of an issuer whose props name none. */
export const defaultKeys: readonly SigningKey[] = [SigningKey.generated("key")];

/** What is wrong with the props of {@link IrsaIssuer}: one violation for each rule violated. */
export function issuerViolations(props: IrsaIssuerProps): Violation[] {
  const { keys = defaultKeys, signingKey, secret, hosting, jwksComputation } = props;
  return [
    ...under(["hosting"], hosting.violations()),
    ...keyViolations(keys, signingKey),
    ...keyNameViolations(keys, props.retiredKeys ?? []),
    ...signingSecretViolations(keys, findSigningKey(keys, signingKey), secret),
    ...(props.parameterPath === undefined
      ? []
      : checkText(["parameterPath"], props.parameterPath, parameterPathRules)),
    ...(jwksComputation === "functions"
      ? functionKeyViolations(keys.filter((key) => !isGiven(key)))
      : []),
    ...(jwksComputation === "functions" && hosting.kind === "self-published"
      ? [
          {
            path: ["jwksComputation"],
            rule: 'must be "program" for self-published documents: S3 computes the key IDs',
          },
        ]
      : []),
    ...thumbprintViolations(props.thumbprint ?? "certificate"),
    ...audienceViolations(props.additionalAudiences ?? []),
    ...previousIssuerViolations(props.previousIssuers ?? [], hosting.issuerUrl),
    ...issuersViolations(props),
    ...checkTags(["tags"], props.tags),
  ];
}

/** What is wrong with issuers that are published beside the one that signs. */
function issuersViolations(props: IrsaIssuerProps): Violation[] {
  const { hosting, issuerName = defaultIssuerName, nextIssuer, previousIssuers = [] } = props;
  const others = [
    ...(nextIssuer === undefined ? [] : [{ path: ["nextIssuer"], issuer: nextIssuer }]),
    ...previousIssuers.flatMap((issuer, index) =>
      isHosted(issuer) ? [{ path: ["previousIssuers", index], issuer }] : [],
    ),
  ];
  const names = [
    { path: ["issuerName"], name: issuerName },
    ...others.map(({ path, issuer: { name } }) => ({ path: [...path, "name"], name })),
  ];
  const all = [{ path: [], issuer: { hosting } }, ...others];
  return [
    ...issuerNameViolations(names, props.retiredIssuers ?? []),
    ...others.flatMap(({ path, issuer }) =>
      under([...path, "hosting"], issuer.hosting.violations()),
    ),
    ...checkDistinct(all, (each) => each.issuerUrl, ["issuerUrl"], "URL"),
    ...checkDistinct(all, (each) => each.bucket?.name, ["bucket", "name"], "bucket"),
  ];
}

/** Of the issuers of a cluster, no two have the same documents, nor a bucket that goes with one of them. */
function checkDistinct(
  issuers: readonly { readonly path: Path; readonly issuer: { readonly hosting: Hosting } }[],
  valueOf: (hosting: Hosting) => string | undefined,
  place: Path,
  what: string,
): Violation[] {
  const values = issuers.map(({ issuer }) => valueOf(issuer.hosting));
  return issuers.flatMap(({ path }, index) => {
    const value = values[index];
    return value === undefined || Token.isUnresolved(value) || values.indexOf(value) === index
      ? []
      : [
          {
            path: [...path, "hosting", ...place],
            rule: `must differ from the ${what} of the cluster's other issuers`,
            given: value,
          },
        ];
  });
}

function signingSecretViolations(
  keys: readonly SigningKey[],
  signing: SigningKey | undefined,
  secret: IrsaIssuerProps["secret"],
): Violation[] {
  const path = ["secret"];
  const kept = keys.filter(({ source }) => source === "secrets-manager");
  if (kept.length > 0 && (secret === undefined || secret === "none")) {
    const names = kept.map(({ name }) => formatValue(name)).join(", ");
    return [{ path, rule: `is missing: it names the secrets of keys kept there (${names})` }];
  }
  if (signing?.source === "generated" && secret === undefined) {
    return [
      {
        path,
        rule: 'is missing: Terraform makes the signing key; say where its private half is kept, or "none"',
      },
    ];
  }
  const isUsed = kept.length > 0 || signing?.source === "generated";
  if (signing !== undefined && !isUsed && secret !== undefined && secret !== "none") {
    return [
      {
        path,
        rule: "must be left out: the private half of a signing key that is given stays with its owner",
      },
    ];
  }
  if (secret === undefined || secret === "none") return [];
  const longest = Math.max(0, ...kept.map(({ name }) => name.length + 1));
  return [
    ...secretViolations(secret),
    ...(kept.length > 0 && !Token.isUnresolved(secret.name) && secret.name.length + longest > 512
      ? [
          {
            path: ["secret", "name"],
            rule: 'must leave room for "/" and the names of {keys} in 512 characters',
          },
        ]
      : []),
  ];
}
