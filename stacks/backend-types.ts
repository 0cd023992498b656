/** Arguments of a backend, as Terraform names them. */
export type BackendConfig = Readonly<Record<string, unknown>>;

/** What is known of one of Terraform's backends. */
export interface BackendType {
  /** The arguments that tell one state from another. */
  readonly address: readonly string[];
  /** The default arguments for a stack; undefined where only the user knows the address. */
  readonly defaults?: (stack: string) => BackendConfig;
  /** Arguments that Terraform no longer takes, and what to write in their place. */
  readonly replaced?: Readonly<Record<string, string>>;
}

/** The least version of Terraform whose S3 backend has lock files and the nested `assume_role` alone. */
export const s3Version = ">= 1.10.0";

/**
 * The backends of Terraform and OpenTofu. Every one that has an address gets one for each stack, since
 * two stacks on one state destroy each other.
 *
 * @see {@link https://developer.hashicorp.com/terraform/language/backend Backend block configuration}
 */
export const backendTypes: Readonly<Record<string, BackendType>> = {
  azurerm: {
    address: ["key", "container_name", "storage_account_name"],
    defaults: (stack) => ({ key: file(stack) }),
  },
  consul: { address: ["path", "address"], defaults: (stack) => ({ path: folder(stack) }) },
  cos: {
    address: ["prefix", "key", "bucket"],
    defaults: (stack) => ({ prefix: folder(stack) }),
  },
  gcs: { address: ["prefix", "bucket"], defaults: (stack) => ({ prefix: folder(stack) }) },
  http: { address: ["address"] },
  kubernetes: {
    address: ["secret_suffix", "namespace"],
    // A suffix must not end in a hyphen and digits, which Terraform puts behind it itself.
    defaults: (stack) => ({ secret_suffix: `${stack.toLowerCase()}-irsa` }),
  },
  local: {
    address: ["path"],
    // CDKTF runs Terraform in cdktf.out/stacks/STACK, which is written anew: the state stays outside.
    defaults: (stack) => ({ path: `../../../terraform.${stack}.tfstate` }),
  },
  oci: { address: ["key", "bucket"], defaults: (stack) => ({ key: file(stack) }) },
  oss: {
    address: ["prefix", "key", "bucket"],
    defaults: (stack) => ({ prefix: folder(stack) }),
  },
  pg: {
    address: ["schema_name", "conn_str"],
    defaults: (stack) => ({ schema_name: `irsa_${stack.replaceAll("-", "_")}` }),
  },
  remote: {
    address: ["workspaces", "organization", "hostname"],
    defaults: (stack) => ({ workspaces: { name: `self-hosted-irsa-${stack}` } }),
  },
  s3: {
    address: ["key", "bucket"],
    defaults: (stack) => ({ key: file(stack), use_lockfile: true }),
    replaced: {
      role_arn: "assume_role: { role_arn: … }",
      external_id: "assume_role: { external_id: … }",
      session_name: "assume_role: { session_name: … }",
      assume_role_duration_seconds: "assume_role: { duration: … }",
      assume_role_policy: "assume_role: { policy: … }",
      assume_role_policy_arns: "assume_role: { policy_arns: … }",
      assume_role_tags: "assume_role: { tags: … }",
      assume_role_transitive_tag_keys: "assume_role: { transitive_tag_keys: … }",
      endpoint: "endpoints: { s3: … }",
      iam_endpoint: "endpoints: { iam: … }",
      sts_endpoint: "endpoints: { sts: … }",
      dynamodb_endpoint: "endpoints: { dynamodb: … }",
      force_path_style: "use_path_style",
      shared_credentials_file: "shared_credentials_files: […]",
    },
  },
};

function folder(stack: string): string {
  return `self-hosted-irsa/${stack}`;
}

function file(stack: string): string {
  return `${folder(stack)}.tfstate`;
}
