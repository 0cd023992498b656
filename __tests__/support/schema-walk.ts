import { jsonSchema } from "../../config/json-schema";

/** The parts of a JSON Schema that lead to other parts. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly else?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly description?: string;
  readonly additionalProperties?: Schema | boolean;
}

export const root: Schema = jsonSchema();

/** A schema with what it refers to. */
export function resolve(schema: Schema): Schema {
  const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? "")?.[1];
  return { ...(name === undefined ? {} : root.$defs?.[name]), ...schema };
}

/** The shapes that a value may have, each without alternatives of its own. */
export function shapesOf(given: Schema): Schema[] {
  const schema = resolve(given);
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(resolve);
  const shapes = alternatives.filter((each) => Object.keys(each).some((key) => key !== "required"));
  return [schema, ...shapes.flatMap(shapesOf)];
}

/** Every property of the file by its path, once, with `[]` for each entry of a list. */
export function properties(): ReadonlyMap<string, Schema> {
  const found = new Map<string, Schema>();
  const walk = (given: Schema, path: string) => {
    for (const { items, properties: members = {} } of shapesOf(given)) {
      if (items !== undefined) walk(items, `${path}[]`);
      for (const [name, member] of Object.entries(members)) {
        const at = `${path}.${name}`;
        if (found.has(at)) continue;
        found.set(at, resolve(member));
        walk(member, at);
      }
    }
  };
  walk(root, "");
  walk({ properties: { clusters: root.else?.properties?.clusters ?? {} } }, "");
  walk(root.else?.properties?.clusters ?? {}, ".clusters");
  return found;
}
