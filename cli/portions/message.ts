import type { Cluster } from "../../config/cluster-props";

/** Makes the command a worker of another that started it. */
export const portionArgument = "--portion-of-stacks";

/** What stacks are written as, and where. */
export interface Target {
  /** As the user names it. */
  readonly out: string;
  /** The directory that it is relative to. */
  readonly cwd: string;
  readonly hcl: boolean;
}

/** Stacks for a worker to write. */
export interface Portion extends Target {
  readonly clusters: readonly Cluster["config"][];
}

/** What a worker has done, or why it has not. */
export type Answer =
  | { readonly written: readonly string[]; readonly warnings: readonly string[] }
  | { readonly mistake: string }
  | { readonly bug: string };
