import { randomUUID } from "node:crypto";
import { z } from "zod";
import { nearestName, type Path, type Violation } from "../modules/validation";
import { get, isYamlMap } from "./paths";

/** A value held against a schema. */
export interface Shape<T> {
  readonly violations: readonly Violation[];
  /**
   * The value, so that what else is wrong with it can be reported along with its shape: without what is
   * at fault, and with something in place of what is required. Undefined for what is no map.
   */
  readonly value: T | undefined;
}

/** Holds a value against a schema, and finds every violation. */
export function checkShape<T extends z.ZodType>(schema: T, value: unknown): Shape<z.output<T>> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return { violations: [], value: data };
  const violations = error.issues
    .flatMap((issue) => innermost(issue, value))
    .flatMap((issue) => violationsOf(issue, schema, value));
  return { violations, value: mended(schema, value) };
}

/** A value without what is at fault; undefined where that leaves nothing. */
function mended<T extends z.ZodType>(schema: T, value: unknown): z.output<T> | undefined {
  const rest: unknown = structuredClone(value);
  if (!isYamlMap(rest)) return undefined;
  const tries = new Map<string, number>();
  for (let depth = 16; depth > 0; depth--) {
    const { success, data, error } = schema.safeParse(rest);
    if (success) return data;
    for (const issue of error.issues.flatMap((each) => innermost(each, rest))) {
      const place = pathOf(issue).join("?");
      const tried = tries.get(place) ?? 0;
      tries.set(place, tried + 1);
      if (tried < 2) mend(rest, issue);
      else removeProperty(rest, pathOf(issue), tried - 2);
    }
  }
  return undefined;
}

/** Takes out what is at fault; what is required becomes a string that stands for it. */
function mend(root: object, issue: Issue): void {
  const path = pathOf(issue);
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) Reflect.deleteProperty(get(root, path) as object, key);
    return;
  }
  const [last = "", given] = [path.at(-1), get(root, path)];
  const parent = get(root, path.slice(0, -1));
  if (typeof parent !== "object" || parent === null) return;
  if (Array.isArray(parent) || given === undefined) Reflect.set(parent, last, placeholder(path));
  else Reflect.deleteProperty(parent, last);
}

/** Removes a property on a path: at level 0 the innermost one, at each further level the next one out. List entries stay. */
function removeProperty(root: object, path: Path, level: number): void {
  const ends = path.flatMap((part, index) => (typeof part === "string" ? [index] : [])).reverse();
  const end = ends[Math.min(level, ends.length - 1)] ?? 0;
  const parent = get(root, path.slice(0, end));
  if (typeof parent === "object" && parent !== null)
    Reflect.deleteProperty(parent, path[end] ?? "");
}

/** Differs from every other one, and from everything that somebody would write. */
function placeholder(path: Path): string {
  return `?${path.join("?")}?${randomUUID()}`;
}

type Issue = z.core.$ZodIssue;

function pathOf(issue: Issue): (string | number)[] {
  return issue.path.filter((part) => typeof part !== "symbol");
}

/** Of the shapes that a value may have, the one whose type it has is the one that was meant. */
function innermost(issue: Issue, value: unknown): Issue[] {
  if (issue.code !== "invalid_union" || get(value, pathOf(issue)) === undefined) return [issue];
  const meant = issue.errors.find((issues) =>
    issues.every((each) => each.path.length > 0 || each.code === "unrecognized_keys"),
  );
  if (meant === undefined) return [issue];
  return meant
    .map((each) => ({ ...each, path: [...issue.path, ...each.path] }))
    .flatMap((each) => innermost(each, value));
}

function violationsOf(issue: Issue, schema: z.ZodType, value: unknown): Violation[] {
  const path = pathOf(issue);
  const given = get(value, path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => ({
      path: [...path, name],
      rule: `is an unknown property${suggestion(name, knownProperties(schema, path))}`,
      isAboutKey: true,
    }));
  }
  if (given === undefined) return [{ path, rule: "is missing" }];
  const rule = ruleOf(issue, given);
  return [rule === "must not be empty" ? { path, rule } : { path, rule, given }];
}

function ruleOf(issue: Issue, given: unknown): string {
  switch (issue.code) {
    case "invalid_union":
      return `must be ${alternatives(issue, given).join(" or ")}`;
    case "invalid_type":
      return issue.expected === "string" && ["number", "boolean"].includes(typeof given)
        ? "must be a string: put it in quotes"
        : `must be ${typeName(issue.expected)}`;
    case "invalid_value":
      return `must be ${choices(issue.values, given).join(" or ")}`;
    case "too_small":
      return "must not be empty";
    default:
      return "is not valid";
  }
}

function alternatives(issue: Extract<Issue, { code: "invalid_union" }>, given: unknown): string[] {
  const { errors, options } = issue as typeof issue & { options?: readonly unknown[] };
  if (options !== undefined) return choices(options, given);
  const shapes = errors.flat().flatMap((each) => {
    if (each.code === "invalid_value") return choices(each.values, given);
    return each.code === "invalid_type" ? [typeName(each.expected)] : [];
  });
  return [...new Set(shapes)];
}

/** All of them; of a long list only the one that was probably meant, so that it is not lost among the others. */
function choices(values: readonly unknown[], given: unknown): string[] {
  const names = values.map(String);
  const meant =
    names.length > 8 && typeof given === "string" ? nearestName(given, names) : undefined;
  if (meant !== undefined) return [JSON.stringify(meant), "another known name"];
  return values.map((each) => JSON.stringify(each));
}

function typeName(type: string): string {
  const names: Readonly<Record<string, string>> = {
    array: "a list",
    boolean: "true or false",
    number: "a number",
    object: "a map",
    record: "a map",
    string: "a string",
  };
  return names[type] ?? type;
}

function suggestion(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}

/** The properties that may stand at a path, from the schema. */
function knownProperties(schema: z.ZodType, path: Path): string[] {
  let shapes: z.core.$ZodType[] = [schema];
  for (const part of path) {
    shapes = shapes.flatMap(shapesOf).flatMap((shape) => {
      if (shape instanceof z.ZodArray && typeof part === "number") return [shape.element];
      const member: unknown =
        shape instanceof z.ZodObject ? (shape.shape as Record<string, unknown>)[part] : undefined;
      return member instanceof z.ZodType ? [member] : [];
    });
  }
  return shapes
    .flatMap(shapesOf)
    .flatMap((shape) => (shape instanceof z.ZodObject ? Object.keys(shape.shape as object) : []));
}

function shapesOf(shape: z.core.$ZodType): z.core.$ZodType[] {
  if (shape instanceof z.ZodOptional) return shapesOf(shape.unwrap());
  if (shape instanceof z.ZodUnion) return shape.options.flatMap(shapesOf);
  return [shape];
}
