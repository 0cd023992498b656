import { ref, TerraformElement, Token } from "cdktf";
import type { Construct } from "constructs";

/**
 * An `ephemeral` block: Terraform opens it in every run and keeps nothing of it in state or plan. CDKTF
 * has no class for it.
 *
 * @see {@link https://developer.hashicorp.com/terraform/language/block/ephemeral The ephemeral block}
 */
export class EphemeralResource extends TerraformElement {
  /**
   * @param terraformResourceType such as `tls_private_key`
   * @param args by their names in Terraform; undefined ones are left out
   */
  constructor(
    scope: Construct,
    id: string,
    readonly terraformResourceType: string,
    private readonly args: Readonly<Record<string, unknown>>,
  ) {
    super(scope, id);
  }

  /** A token for an attribute: for arguments that are write-only, and for other ephemeral resources. */
  attribute(name: string): string {
    return Token.asString(ref(this.expression(name), this.cdktfStack));
  }

  /** The expression of an attribute, for use inside another expression. */
  expression(name: string): string {
    return `ephemeral.${this.terraformResourceType}.${this.friendlyUniqueId}.${name}`;
  }

  override toTerraform(): object {
    const body = { [this.friendlyUniqueId]: this.args };
    return { ephemeral: { [this.terraformResourceType]: body } };
  }
}
