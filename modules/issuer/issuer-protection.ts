import { conditional, DataResource, Fn, type IResolvable, Op, ref, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { addressed, addressOf } from "../synthesis";

/** What must stay of an issuer that a cluster signs as, or has signed as. */
export interface ProtectedIssuer {
  /** `true`, or what decides at plan. */
  readonly enabled: true | IResolvable;
  readonly issuerUrl: string;
  /** The bucket that keeps the documents; undefined when the user publishes them. */
  readonly bucketName: string | undefined;
  /** Identifies what AWS trusts no token of the issuer without: Terraform expressions. */
  readonly ids: readonly string[];
}

// One instance remembers, the other is replaced with what it watches: one that is replaced forgets.
const instances = ["issuer", "resources"];

/**
 * Makes a plan fail that would end an issuer: that destroys it, or gives it another URL, bucket or identity
 * provider. Two `terraform_data` resources remember what was applied; removing
 * `terraform_data.deletion_protection` from the state lifts the protection for one apply.
 *
 * @see {@link https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle The lifecycle meta-argument}
 */
export function protectIssuer(
  scope: Construct,
  { enabled, issuerUrl, bucketName: bucket = "none", ids }: ProtectedIssuer,
): void {
  const guard = addressed(
    new DataResource(scope, "issuer", { input: { issuer_url: issuerUrl, bucket } }),
    "deletion_protection",
  );
  const isEnabled = conditional(enabled, instances, []);
  guard.addOverride("for_each", Fn.toset(enabled === true ? instances : isEnabled));
  guard.addOverride("triggers_replace", `\${each.key == "resources" ? [${ids.join(", ")}] : []}`);

  const stack = TerraformStack.of(scope);
  const isUnchanged = (field: string, value: string) =>
    Fn.anytrue([
      Op.eq(ref("each.key", stack), "resources"),
      Op.eq(ref(`self.input.${field}`, stack), value),
    ]);
  const lift = `remove ${addressOf(guard)} from the state first (terraform state rm), or synthesize with deletionProtection: false.`;
  guard.lifecycle = {
    preventDestroy: true,
    ignoreChanges: ["input"],
    postcondition: [
      {
        condition: isUnchanged("issuer_url", issuerUrl),
        errorMessage: `The issuer would change from \${self.input.issuer_url} to ${issuerUrl}, and AWS would refuse every token of the cluster. Publish the new issuer beside this one first, as nextIssuer (irsa migrate plans the steps). To end the old issuer, ${lift}`,
      },
      {
        condition: isUnchanged("bucket", bucket),
        errorMessage: `The documents would move from the bucket "\${self.input.bucket}" to "${bucket}", and be gone in between. Publish them in both places first. To move them all the same, ${lift}`,
      },
    ],
  };
}
