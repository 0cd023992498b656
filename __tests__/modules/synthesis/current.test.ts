import { Testing, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import {
  currentCallerIdentity,
  currentPartition,
  currentRegion,
  identifier,
  isTaken,
} from "../../../modules/synthesis";

describe.each([
  ["aws_partition", currentPartition],
  ["aws_region", currentRegion],
  ["aws_caller_identity", currentCallerIdentity],
])("data.%s.current", (type, current) => {
  test("is made once a stack, whoever asks", () => {
    const app = Testing.app();
    const stack = new TerraformStack(app, "one");
    const other = new TerraformStack(app, "other");
    expect(isTaken(stack, `data.${type}.current`)).toBe(false);
    const first = current(new Construct(stack, "a"));
    expect(current(new Construct(stack, "b"))).toBe(first);
    expect(current(other)).not.toBe(first);
    expect(JSON.parse(Testing.synth(stack))).toEqual({ data: { [type]: { current: {} } } });
    expect(isTaken(stack, `data.${type}.current`)).toBe(true);
  });
});

test.each([
  ["ebs-csi", "ebs-csi"],
  ["a.b/c d", "a_b_c_d"],
  ["9", "_9"],
  ["-", "_-"],
  ["", "_"],
  ["_", "_"],
])("the identifier of %j is %j", (name, expected) => {
  expect(identifier(name)).toBe(expected);
});
