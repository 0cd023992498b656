import type { Cluster } from "../../config/cluster-props";

/** Makes the command a worker of another that started it. */
export const portionArgument = "--portion-of-clusters";

/** What is done with each of many clusters. */
export type Task = WriteStacks | WriteModules | CollectWarnings;

/** Writes stacks. */
export interface WriteStacks {
  readonly does: "write stacks";
  /** The directory, as the user names it. */
  readonly out: string;
  /** HCL in place of JSON. */
  readonly hcl: boolean;
  /**
   * Adds the list of stacks that the CDKTF command line reads; all or none are written then.
   * @default false
   */
  readonly withManifest?: boolean;
}

/** Writes modules. */
export interface WriteModules {
  readonly does: "write modules";
  /** The directory, as the user names it. */
  readonly out: string;
  /** Files with other content are replaced. */
  readonly force: boolean;
}

/** Makes stacks and writes none of them. */
interface CollectWarnings {
  readonly does: "collect warnings";
}

/** Clusters for a worker. */
export interface Portion {
  readonly task: Task;
  /** What names of files are relative to. */
  readonly cwd: string;
  readonly clusters: readonly Cluster["config"][];
}

/** What has been done with clusters. */
export interface Done {
  /** Files, as the user would name them. */
  readonly written: readonly string[];
  /** What the stacks warn of. */
  readonly warnings: readonly string[];
}

/** What a worker has done, or why it has not. */
export type Answer = Done | { readonly mistake: string } | { readonly bug: string };
