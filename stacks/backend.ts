import { TerraformBackend, TerraformRemoteState, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** Where Terraform keeps the state of a stack. */
export interface BackendProps {
  /** Terraform's name of the backend, such as `local`, `s3`, `gcs`, `azurerm` or `http`. */
  readonly type: string;
  /**
   * Its arguments, as Terraform names them; what is left out comes with `terraform init -backend-config`.
   * @default - none; `local` keeps the state at the top of the checkout, `s3` under a key named after
   *   the stack, with a lock file
   */
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * The backend of a stack. CDKTF's own local backend holds an absolute path of the machine, and its S3
 * backend has no lock file.
 *
 * @see {@link https://developer.hashicorp.com/terraform/language/backend Backend block configuration}
 */
export class Backend extends TerraformBackend {
  private readonly config: Readonly<Record<string, unknown>>;

  constructor(scope: Construct, { type, config }: BackendProps) {
    super(scope, "backend", type);
    this.config = { ...defaults(type, TerraformStack.of(this).node.id), ...config };
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.config };
  }

  /** @throws {Error} always: no stack reads the state of another */
  getRemoteStateDataSource(): TerraformRemoteState {
    throw new Error("a stack of this project reads no other stack's state");
  }
}

function defaults(type: string, stack: string): Readonly<Record<string, unknown>> {
  switch (type) {
    case "local":
      // CDKTF runs Terraform in cdktf.out/stacks/STACK, which is written anew: the state stays outside.
      return { path: `../../../terraform.${stack}.tfstate` };
    case "s3":
      return { key: `self-hosted-irsa/${stack}.tfstate`, use_lockfile: true };
    default:
      return {};
  }
}
