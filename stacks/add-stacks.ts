import type { App } from "cdktf";
import type { BackendProps } from "./backend";
import { ClusterStack, type ClusterStackProps } from "./cluster-stack";
import { IrsaStack } from "./irsa-stack";

/** A cluster as props of its stack, whose name is the cluster's. */
interface NamedCluster extends ClusterStackProps {
  readonly name: string;
}

/** What the stacks are made of. */
export interface StacksProps {
  /** @default - none: the one stack `irsa` with Terraform variables */
  readonly clusters?: readonly NamedCluster[];
  /**
   * Where the state of the stack `irsa` is kept.
   * @default - local, at the top of the checkout
   */
  readonly backend?: BackendProps;
}

/** The names of the stacks that {@link addStacks} adds. */
export function stackNames({ clusters }: StacksProps = {}): readonly string[] {
  return clusters?.map(({ name }) => name) ?? ["irsa"];
}

/** Adds a stack for each cluster; without any, the stack `irsa`. */
export function addStacks(app: App, { clusters, backend }: StacksProps = {}): void {
  if (clusters === undefined) new IrsaStack(app, "irsa", { backend });
  for (const { name, ...cluster } of clusters ?? []) new ClusterStack(app, name, cluster);
}
