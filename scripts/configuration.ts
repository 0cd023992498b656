/** Writes `docs/reference/configuration.md` from the JSON Schema of `irsa.yaml`. A test fails when it is stale. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchema } from "../config/json-schema";

/** The parts of a JSON Schema that the reference shows. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: string | number | boolean;
  readonly items?: Schema;
  readonly else?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly description?: string;
}

interface Property {
  readonly schemas: Schema[];
  readonly isRequired: boolean;
}

/** @returns Markdown */
export function configurationReference(): string {
  const { else: strict, ...schema } = jsonSchema() as Schema;
  const { clusters, ...properties } = schema.properties ?? {};
  const root = {
    ...schema,
    properties: {
      ...properties,
      clusters: { ...clusters, type: "array", ...strict?.properties?.clusters },
    },
  };
  const sections: string[] = [];

  const resolve = (schema: Schema): Schema => {
    const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? "")?.[1];
    const target = name === undefined ? undefined : root.$defs?.[name];
    return target === undefined ? schema : { ...resolve(target), ...schema, $ref: undefined };
  };
  /** A schema's alternatives, without those that only restrict it further. */
  const alternatives = (schema: Schema): Schema[] => {
    const resolved = resolve(schema);
    const nested = [...(resolved.anyOf ?? []), ...(resolved.oneOf ?? [])].filter((each) =>
      Object.keys(each).some((keyword) => keyword !== "required"),
    );
    const own = resolved.type ?? resolved.properties ?? resolved.enum ?? resolved.const;
    return [
      ...(own === undefined && nested.length > 0 ? [] : [resolved]),
      ...nested.flatMap(alternatives),
    ];
  };
  const objectsOf = (schema: Schema): Schema[] =>
    alternatives(schema).filter(({ properties }) => properties !== undefined);

  const nestedObjects = (schema: Schema, path: string): [Schema[], string] => {
    const objects = objectsOf(schema);
    if (objects.length > 0) return [objects, path];
    const [items] = alternatives(schema).flatMap(({ items: each }) => each ?? []);
    return items === undefined ? [[], path] : [objectsOf(items), `${path}[]`];
  };

  const addSection = (objects: readonly Schema[], path: string, intro: string | undefined) => {
    if (path.endsWith("policies[]")) {
      addPolicies(objects, path, intro);
      return;
    }
    const properties = new Map<string, Property>();
    for (const object of objects) {
      for (const [name, schema] of Object.entries(object.properties ?? {})) {
        const property = properties.get(name) ?? {
          schemas: [],
          isRequired: objects.every(({ required = [] }) => required.includes(name)),
        };
        property.schemas.push(schema);
        properties.set(name, property);
      }
    }
    sections.push(heading(path), intro ?? "", table(properties));
    for (const [name, { schemas }] of properties) {
      const [schema = {}] = schemas;
      // What clusters share is described with the clusters.
      if (name === "defaults") continue;
      const [nested, at] = nestedObjects(schema, path === "" ? name : `${path}.${name}`);
      if (nested.length > 0) addSection(nested, at, resolve(schema).description);
    }
  };

  const addPolicies = (objects: readonly Schema[], path: string, intro: string | undefined) => {
    sections.push(heading(path), intro ?? "");
    for (const { properties: { name, ...options } = {}, required, description } of objects) {
      const rows = Object.entries(options).map(([option, schema]): [string, Property] => [
        option,
        { schemas: [schema], isRequired: required?.includes(option) ?? false },
      ]);
      const title = String(name?.const ?? name?.enum?.[0]);
      sections.push(`### Policy ${title}`, description ?? "");
      sections.push(rows.length === 0 ? "No options." : table(new Map(rows)));
    }
  };

  const table = (properties: ReadonlyMap<string, Property>) =>
    [
      "| property | type | description |",
      "| --- | --- | --- |",
      ...[...properties].map(([name, { schemas, isRequired }]) => {
        // A way of hosting may restrict what a property is elsewhere.
        const whole = schemas.filter(({ $ref }) => $ref !== undefined);
        const shown = whole.length > 0 ? whole : schemas;
        const types = [...new Set(shown.flatMap((schema) => alternatives(schema).map(typeName)))];
        const [text = ""] = schemas.flatMap((schema) => resolve(schema).description ?? []);
        return `| \`${name}\`${isRequired ? " (required)" : ""} | ${cell(types.join(" or "))} | ${cell(text)} |`;
      }),
    ].join("\n");

  const typeName = (schema: Schema): string => {
    if (schema.const !== undefined) return `\`${schema.const}\``;
    if (schema.enum !== undefined)
      return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
    if (schema.items !== undefined) {
      return `list of ${[...new Set(alternatives(schema.items).map(typeName))].join(" or ")}`;
    }
    return schema.type === "object" ? "map" : String(schema.type ?? "any");
  };

  addSection(objectsOf(root), "", undefined);
  const text = [
    "# `irsa.yaml`",
    generated,
    introduction,
    ...sections.filter((part) => part !== ""),
  ];
  return `${text.join("\n\n")}\n`;
}

const generated = "<!-- Generated by `npm run reference`; do not edit. -->";
const introduction =
  "Every property, from [`irsa.schema.json`](../../irsa.schema.json). `[]` stands for each entry of a list.";
const heading = (path: string) => `## ${path === "" ? "Top level" : `\`${path}\``}`;
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

if (require.main === module) {
  writeFileSync(join(__dirname, "../docs/reference/configuration.md"), configurationReference());
}
