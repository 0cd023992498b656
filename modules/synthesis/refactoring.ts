import { TerraformElement, type TerraformResource } from "cdktf";
import type { Construct } from "constructs";

/** The Terraform address of a resource, such as `aws_s3_bucket.oidc`. */
export function addressOf({ terraformResourceType, friendlyUniqueId }: TerraformResource): string {
  return `${terraformResourceType}.${friendlyUniqueId}`;
}

/** A `moved` block. CDKTF writes one for a resource, but none for an instance of it. */
export class Moved extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly from: string,
    private readonly to: string,
  ) {
    super(scope, id, "moved");
  }

  override toTerraform(): object {
    return { moved: [{ from: this.from, to: this.to }] };
  }
}

/** A `removed` block: Terraform forgets a resource that the configuration no longer has, and destroys nothing. */
export class Removed extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly from: string,
  ) {
    super(scope, id, "removed");
  }

  override toTerraform(): object {
    return { removed: [{ from: this.from, lifecycle: { destroy: false } }] };
  }
}
