import type { inspectTalos } from "../cluster";
import type { SeenDocuments } from "./seen";
import type { TerraformJson } from "./terraform";

/** A synthesized stack, with what its Terraform does not say of the configuration. */
export interface SynthesizedStack {
  /** The name of the stack and the cluster. */
  readonly name: string;
  /** The content of its `cdk.tf.json`. */
  readonly terraform: TerraformJson;
  /** @default - not known before apply */
  readonly region?: string | undefined;
  /** @default - not known before apply */
  readonly accountId?: string | undefined;
  /** The issuer that is made elsewhere. @default - the issuer is made here */
  readonly issuerUrl?: string | undefined;
  /** The name of the issuer that the cluster is to move to. @default - none */
  readonly nextIssuer?: string | undefined;
  /** The issuer's keys, in their order. @default - those that Terraform makes */
  readonly keys?: readonly StackKey[] | undefined;
  /** The name of the key that signs. @default - the first */
  readonly signingKey?: string | undefined;
  /** Policies of the catalogue by the IAM names of their roles. @default - none */
  readonly policies?: Readonly<Record<string, readonly CataloguePolicy[]>>;
  /** What was seen of the published documents. @default - nobody looked */
  readonly seen?: SeenDocuments | undefined;
  /** The settings of a Talos cluster. @default - not a Talos cluster, or none are known */
  readonly talos?: Parameters<typeof inspectTalos>[0] | undefined;
}

/** A key as the configuration has it. */
export interface StackKey {
  readonly name: string;
  /** @default - not known: the owner brings public keys */
  readonly algorithm?: string | undefined;
  /** @default - known at apply alone */
  readonly publicKeys?: readonly { readonly kid: string; readonly kty: string }[] | undefined;
}

/** A policy of the catalogue that a role asks for. */
export interface CataloguePolicy {
  readonly name: string;
  /** AWS managed policies that it attaches, as path and name. @default - none */
  readonly awsManaged?: readonly string[] | undefined;
}
