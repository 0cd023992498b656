import { readFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchema } from "../../config/schema";

interface Schema {
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly description?: string;
  readonly additionalProperties?: unknown;
}

const published = readFileSync(join(__dirname, "../../irsa.schema.json"), "utf8");
const schema = JSON.parse(published) as Schema;

/** Every property of the file, by its path. */
function* properties(shape: Schema, path = ""): Generator<[string, Schema]> {
  for (const each of [...(shape.anyOf ?? []), ...(shape.oneOf ?? [])]) {
    yield* properties(each, path);
  }
  if (shape.items !== undefined) yield* properties(shape.items, `${path}[]`);
  for (const [name, member] of Object.entries(shape.properties ?? {})) {
    yield [`${path}.${name}`, member];
    yield* properties(member, `${path}.${name}`);
  }
}

test("the published schema is what `npm run schema` writes", () => {
  expect(schema).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
});

test("the walk sees properties at every depth", () => {
  const paths = [...properties(schema)].map(([path]) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      ".backend.config",
      ".clusters[].bucket.accessLogs.prefix",
      ".clusters[].keys[].algorithm",
      ".clusters[].secret.policyFile",
      ".clusters[].serviceAccountRoles[].policies[].hostedZoneArns",
    ]),
  );
});

test.each([...properties(schema)])("%s is described in a sentence", (_path, { description }) => {
  expect(description).toMatch(/^[^ ].*\.$/);
});

test("objects take the named properties alone", () => {
  for (const [, member] of [["", schema] as const, ...properties(schema)]) {
    for (const shape of [member, ...(member.anyOf ?? [])]) {
      if (shape.properties !== undefined) expect(shape.additionalProperties).toBe(false);
    }
  }
});
