import { parseAllDocuments } from "yaml";
import { formatYaml } from "../../../../modules/cluster";

describe("YAML", () => {
  it.each<[string, unknown]>([
    ["a word that reads as true", "true"],
    ["a word that reads as no", "no"],
    ["digits", "0123"],
    ["a version", "1.10"],
    ["several lines", "-----BEGIN X-----\nabc\n-----END X-----\n"],
    ["a long line", "word ".repeat(100)],
    ["a colon and a hash", "a: b #c"],
    ["a template", "{{ .Values.a }}"],
    ["nothing", ""],
  ])("keeps %s", (_, value) => {
    const [document] = parseAllDocuments(formatYaml({ value }));
    expect(document?.toJS()).toEqual({ value });
  });

  it("folds no line", () => {
    expect(formatYaml({ value: "word ".repeat(100) }).split("\n")).toHaveLength(2);
  });

  it("is one stream of documents for several objects", () => {
    expect(formatYaml([{ a: 1 }, { b: [2] }])).toBe("a: 1\n---\nb:\n  - 2\n");
  });

  it("writes an object twice that is there twice, without an anchor", () => {
    const shared = { a: 1 };
    expect(formatYaml({ x: shared, z: shared })).toBe("x:\n  a: 1\nz:\n  a: 1\n");
  });

  it("puts a comment above the member of its path alone", () => {
    expect(formatYaml({ b: { a: 1 }, a: { a: 1 } }, { "a.a": "Why." })).toBe(
      "b:\n  a: 1\na:\n  # Why.\n  a: 1\n",
    );
  });
});
