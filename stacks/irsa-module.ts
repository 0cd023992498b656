import { Token } from "cdktf";
import type { Construct } from "constructs";
import { IrsaIssuer, type JwksComputation } from "../modules/issuer";
import { IssuerStack } from "./issuer-stack";

/** Props of {@link IrsaModule}. */
export interface IrsaModuleProps {
  /** @default "program" */
  readonly jwksComputation?: JwksComputation;
}

/**
 * The stack `irsa` as a reusable Terraform module: more of its choices are variables. Exported to
 * `terraform/`, without provider and backend blocks.
 */
export class IrsaModule extends IssuerStack {
  constructor(scope: Construct, id: string, { jwksComputation }: IrsaModuleProps = {}) {
    super(scope, id);
    const bucketName = this.bucketName();
    const secretName = this.secretName();
    const tags = this.variable("tags", {
      type: "map(string)",
      description: "Tags of the bucket, the secret and the identity provider.",
      default: {},
    });

    const issuer = new IrsaIssuer(this, "irsa", {
      hosting: { bucketName, forceDestroy: this.forceDestroy() },
      secret: { name: secretName, recoveryWindowInDays: this.recoveryWindow() },
      thumbprint: this.thumbprints(),
      tags: Token.asStringMap(tags.value),
      jwksComputation,
    });
    this.addProviders();
    this.addIssuerOutputs(issuer);
  }

  private forceDestroy() {
    return this.variable("force_destroy", {
      type: "bool",
      description: "Whether destroying the bucket removes objects that others have put into it.",
      default: false,
    }).booleanValue;
  }

  private recoveryWindow(): number {
    const days = this.variable("recovery_window_in_days", {
      type: "number",
      description:
        "Days for which Secrets Manager keeps the secret and its name after it is destroyed: 7 to 30, or 0 for none.",
      default: 30,
    });
    days.addValidation({
      condition: "${contains(concat([0], range(7, 31)), var.recovery_window_in_days)}",
      errorMessage: "recovery_window_in_days must be 0 or 7 to 30.",
    });
    return days.numberValue;
  }

  private thumbprints(): string[] {
    const thumbprints = this.variable("thumbprints", {
      type: "list(string)",
      description:
        "SHA-1 values that IAM falls back on for the certificate of the JWKS' host. Null: that of the certificate shown at plan; empty: none, AWS' own trust store decides.",
      nullable: true,
    });
    // CDKTF takes null for an absent default.
    thumbprints.addOverride("default", Token.nullValue());
    thumbprints.addValidation({
      condition:
        '${var.thumbprints == null ? true : length(var.thumbprints) <= 5 && alltrue([for value in var.thumbprints : can(regex("^[0-9A-Fa-f]{40}$", value))])}',
      errorMessage: "thumbprints must hold at most 5 SHA-1 values of 40 hexadecimal digits.",
    });
    return thumbprints.listValue;
  }
}
