import type { Cluster } from "../../../config/cluster-props";
import type { SigningKey } from "../../../modules/issuer";
import type { ApiServerTraits, KeyRotationPlan } from "../../../modules/rotation";
import type { DistributionOptions } from "../../input/api-server-traits";
import type { RotationEvidenceOptions } from "../../input/rotation-evidence";
import type { StackOutputOptions } from "../../input/stack-outputs";

/** Options of the command. */
export interface RotateOptions
  extends StackOutputOptions, DistributionOptions, RotationEvidenceOptions {
  readonly cluster: string;
  readonly next?: boolean;
  readonly to?: string;
  readonly publicKeyFile?: string;
  readonly publishedSince?: string;
  readonly tokenLifetime?: string;
  readonly hardCut?: boolean;
  readonly json?: boolean;
}

/** A change of the signing key, as the command sees it. */
export interface Rotation {
  readonly options: RotateOptions;
  readonly cluster: Cluster;
  /** The key that signs by the configuration, before the change of this run. */
  readonly signing: SigningKey | undefined;
  readonly apiServer: ApiServerTraits;
  readonly plan: KeyRotationPlan;
}
