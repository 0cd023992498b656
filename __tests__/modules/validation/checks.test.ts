import {
  checkArnRegion,
  checkEach,
  checkList,
  checkPartition,
  checkRange,
  checkRegion,
  checkTags,
  checkText,
  checkUnique,
  nearestName,
  partitionOf,
  rangeSchema,
  stringSchema,
  under,
} from "../../../modules/validation";

const rules = [
  { pattern: "^[a-z]+$", must: "be letters" },
  { pattern: "x", forbidden: true, must: "contain no x" },
];

test("a string gets one violation for each rule that it violates", () => {
  expect(checkText(["a"], "abc", rules)).toEqual([]);
  expect(checkText(["a"], "x1", rules)).toEqual([
    { path: ["a"], rule: "must be letters", given: "x1" },
    { path: ["a"], rule: "must contain no x", given: "x1" },
  ]);
});

test("entries of a list are reported at their own places, and repeated ones after the first", () => {
  expect(checkEach(["l"], ["a", "1"], rules)).toEqual([
    { path: ["l", 1], rule: "must be letters", given: "1" },
  ]);
  expect(checkUnique(["l"], ["a", "b", "a"])).toEqual([
    { path: ["l", 2], rule: "must not repeat another entry", given: "a" },
  ]);
  expect(checkList(["l"], [], rules)).toEqual([
    { path: ["l"], rule: "must have at least one entry", given: [] },
  ]);
});

test.each([
  [7, 0],
  [30, 0],
  [0, 0],
  [6, 1],
  [31, 1],
  [7.5, 1],
  [Infinity, 1],
  [NaN, 1],
])("of 7 to 30, or 0, %d has %d violations", (value, count) => {
  expect(checkRange([], value, { least: 7, greatest: 30, or: 0 })).toHaveLength(count);
});

test("a tag's key is reported as a key, its value as a value", () => {
  expect(checkTags(["tags"], { "aws:a": "b;" })).toMatchObject([
    {
      path: ["tags", "aws:a"],
      rule: "as a key must not begin with aws:, which AWS reserves",
      isAboutKey: true,
    },
    { path: ["tags", "aws:a"], given: "b;" },
  ]);
});

test("violations below a property are seen from its owner", () => {
  expect(under(["a", 0], [{ path: ["b"], rule: "is missing" }])).toEqual([
    { path: ["a", 0, "b"], rule: "is missing" },
  ]);
});

describe("regions", () => {
  test.each([
    ["eu-central-1", "aws"],
    ["cn-northwest-1", "aws-cn"],
    ["us-gov-east-1", "aws-us-gov"],
    ["us-iso-east-1", "aws-iso"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eusc-de-east-1", "aws-eusc"],
    ["eusc-de-west-9", "aws-eusc"],
  ])("%s is in the partition %s", (region, partition) => {
    expect(partitionOf(region)).toBe(partition);
  });

  test("one that does not exist is refused with the nearest, unless it is new on purpose", () => {
    expect(checkRegion([], "eu-centrall-1")).toMatchObject([
      { rule: expect.stringContaining("such as eu-central-1;") as string },
    ]);
    expect(checkRegion([], "eu-centrall-1", true)).toEqual([]);
    expect(checkRegion([], "europe", true)).toHaveLength(1);
  });

  test("an ARN belongs to the region and partition of the stack", () => {
    const key = "arn:aws:kms:eu-central-1:111122223333:key/a";
    expect(checkArnRegion([], key, "eu-central-1")).toEqual([]);
    expect(checkArnRegion([], key, "eu-west-1")).toMatchObject([{ rule: "must be in {region}" }]);
    expect(checkPartition([], key, "cn-north-1")).toHaveLength(1);
    expect(checkArnRegion([], "alias/a", "eu-west-1")).toEqual([]);
  });
});

describe("a suggestion", () => {
  const known = ["bucket", "secretPrefix", "publicKeyFile", "clusters", "versioning"];

  test.each([
    ["cluster", "clusters"],
    ["secretprefix", "secretPrefix"],
    ["version", "versioning"],
    ["bukcet", "bucket"],
    ["bucketname", "bucket"],
  ])("for %s is %s", (name, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });

  test.each(["<<", "backend", "x", "", "something"])("for %j there is none", (name) => {
    expect(nearestName(name, known)).toBeUndefined();
  });
});

test("rules become keywords of JSON Schema", () => {
  expect(stringSchema(rules)).toEqual({
    allOf: [{ pattern: "^[a-z]+$" }, { not: { pattern: "x" } }],
  });
  expect(stringSchema(rules.slice(0, 1))).toEqual({ pattern: "^[a-z]+$" });
  expect(rangeSchema({ least: 7, greatest: 30, or: 0 })).toEqual({
    type: "integer",
    anyOf: [{ const: 0 }, { minimum: 7, maximum: 30 }],
  });
});
