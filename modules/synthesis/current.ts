import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { type TerraformElement, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { addressed } from "./address";

/** `data.aws_partition.current` of the scope's stack: made once, shared by everyone who asks. */
export const currentPartition = oncePerStack(
  (stack) => new DataAwsPartition(stack, "current-aws_partition"),
);

/** `data.aws_region.current` of the scope's stack: made once, shared by everyone who asks. */
export const currentRegion = oncePerStack(
  (stack) => new DataAwsRegion(stack, "current-aws_region"),
);

/** `data.aws_caller_identity.current` of the scope's stack: made once, shared by everyone who asks. */
export const currentCallerIdentity = oncePerStack(
  (stack) => new DataAwsCallerIdentity(stack, "current-aws_caller_identity"),
);

function oncePerStack<T extends TerraformElement>(
  make: (stack: TerraformStack) => T,
): (scope: Construct) => T {
  const made = new WeakMap<TerraformStack, T>();
  return (scope) => {
    const stack = TerraformStack.of(scope);
    const element = made.get(stack) ?? addressed(make(stack), "current");
    made.set(stack, element);
    return element;
  };
}
