import type { Cluster } from "../../../config/cluster-props";
import type { NextIssuerConfig } from "../../../config/schema";
import type { ApiServerTraits, IssuerMigrationPlan } from "../../../modules/rotation";
import type { DistributionOptions } from "../../input/api-server-traits";
import type { MigrationEvidenceOptions } from "../../input/migration-evidence";
import type { StackOutputOptions } from "../../input/stack-outputs";

/** Options of the command. */
export interface MigrateOptions
  extends StackOutputOptions, DistributionOptions, MigrationEvidenceOptions {
  readonly cluster: string;
  readonly next?: boolean;
  readonly to?: NextIssuerConfig["hosting"];
  readonly name?: string;
  readonly bucket?: string;
  readonly publicBy?: "acl" | "policy";
  readonly domainName?: string;
  readonly certificateArn?: string;
  readonly issuerUrl?: string;
  readonly accepted?: boolean;
  readonly tokenLifetime?: string;
  readonly hardCut?: boolean;
  readonly json?: boolean;
}

/** A move to another issuer, as the command sees it. */
export interface Migration {
  readonly options: MigrateOptions;
  readonly cluster: Cluster;
  readonly apiServer: ApiServerTraits;
  readonly plan: IssuerMigrationPlan;
}
