import {
  escapeControls,
  formatPath,
  formatValue,
  formatViolation,
  InvalidPropsError,
  assertValid,
} from "../../../modules/validation";

test.each<[readonly (string | number)[], string]>([
  [[], ""],
  [["a"], "a"],
  [["clusters", 0, "bucket", "name"], "clusters[0].bucket.name"],
  [["tags", "aws:team"], 'tags["aws:team"]'],
  [["tags", "a\u001b[2J"], 'tags["a\\u001b[2J"]'],
  [["tags", "k".repeat(60)], "tags[(key material)]"],
])("the path %j is written %s", (path, text) => {
  expect(formatPath(path)).toBe(text);
});

test.each<[unknown, string]>([
  ["a", '"a"'],
  [5, "5"],
  [true, "true"],
  [null, "null"],
  [undefined, "nothing"],
  [[], "an empty list"],
  [["a"], "a list"],
  [{}, "a map"],
  ["a\u202eb\n", '"a\\u202eb\\n"'],
  ["x ".repeat(100), `"${"x ".repeat(60)}…"`],
  ["-----BEGIN PRIVATE KEY-----\nMIIE", "(key material)"],
  ["-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", "(key material)"],
  ["a\n-----BEGIN PRIVATE KEY-----", "a\\u000a(key material)"],
  ["https://user:hunter2@a.example", "https://user:(password)@a.example"],
])("the value %j is shown as %s", (value, text) => {
  expect(formatValue(value)).toBe(text);
});

test("control characters, line separators and bidirectional marks are escaped, other letters are not", () => {
  expect(escapeControls("Zürich\u2028\u200b\u0007")).toBe("Zürich\\u2028\\u200b\\u0007");
});

describe("a violation", () => {
  const violation = { path: ["secret", "days"], rule: "must be less than {secret.most}", given: 5 };

  test("is one sentence, with other properties named as the surface names them", () => {
    expect(formatViolation(violation)).toBe("secret.days must be less than secret.most, got 5");
    expect(formatViolation(violation, (path) => `--${path.join("-")}`)).toBe(
      "--secret-days must be less than --secret-most, got 5",
    );
  });

  test("without a value shows none, and leaves templates of Terraform alone", () => {
    expect(formatViolation({ path: ["a"], rule: "must contain no ${b}" })).toBe(
      "a must contain no ${b}",
    );
  });

  test("of a construct is thrown with the construct's path and class, all at once", () => {
    class Issuer {
      readonly node = { path: "stack/issuer" };
    }
    const check = () => {
      assertValid([violation, { path: ["keys"], rule: "is missing" }], new Issuer());
    };
    expect(check).toThrow(InvalidPropsError);
    expect(check).toThrow(
      "stack/issuer (Issuer): secret.days must be less than secret.most, got 5\nstack/issuer (Issuer): keys is missing",
    );
  });
});
