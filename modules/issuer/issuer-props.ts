import type { IResolvable } from "cdktf";
import { checkTags, under, type Violation } from "../validation";
import type { Hosting } from "./hosting";
import {
  audienceViolations,
  type IdentityProviderOptions,
  thumbprintViolations,
} from "./identity-provider";
import { keyNameViolations } from "./keys/key-names";
import { functionKeyViolations } from "./keys/published-keys";
import { findSigningKey, isGiven, keyViolations, SigningKey } from "./keys/signing-keys";
import { type PreviousIssuer, previousIssuerViolations } from "./previous-issuers";
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
   * @default - the first key that Terraform makes, or the first if all are your own
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
   * Where the private key is kept if Terraform makes the one that signs; `none` leaves it in the state.
   * @default - required when Terraform makes the signing key
   */
  readonly secret?: SecretProps | "none";
  /**
   * Issuers that stay trusted while the cluster moves to this one.
   * @default - none
   */
  readonly previousIssuers?: readonly PreviousIssuer[];
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
    ...signingSecretViolations(findSigningKey(keys, signingKey), secret),
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
    ...checkTags(["tags"], props.tags),
  ];
}

function signingSecretViolations(
  signing: SigningKey | undefined,
  secret: IrsaIssuerProps["secret"],
): Violation[] {
  if (signing === undefined) return [];
  if (!isGiven(signing) && secret === undefined) {
    return [
      {
        path: ["secret"],
        rule: 'is missing: Terraform makes the signing key; say where its private half is kept, or "none"',
      },
    ];
  }
  if (isGiven(signing) && secret !== undefined && secret !== "none") {
    return [
      {
        path: ["secret"],
        rule: "must be left out: the private half of a signing key that is given stays with its owner",
      },
    ];
  }
  return secret === undefined || secret === "none" ? [] : secretViolations(secret);
}
