import { randomUUID } from "node:crypto";
import { closest } from "fastest-levenshtein";
import { z } from "zod";
import { formatValue } from "../modules/validation";
import { type ClusterConfig, clusterSchema, configSchema, type FileConfig } from "./schema";
import type { Path } from "./yaml-source";

/** A value that does not have the shape it should have. */
export interface ShapeProblem {
  readonly path: Path;
  readonly message: string;
  /** Whether the key is at fault, not its value. */
  readonly atKey: boolean;
}

/** A value held against the schema. */
export interface Shape {
  readonly problems: readonly ShapeProblem[];
  readonly backend: FileConfig["backend"];
  /**
   * The clusters by their position, so that what else is wrong with them can be reported along with their
   * shape: without the values at fault, and with something in place of those that are required. Without
   * those that are no map; undefined if the file names no clusters.
   */
  readonly clusters: ReadonlyMap<number, ClusterConfig> | undefined;
}

/** Holds a value against the schema, and finds all problems. */
export function checkShape(value: unknown): Shape {
  const { success, data, error } = configSchema.safeParse(value);
  if (success) {
    const clusters = data.clusters && new Map(data.clusters.entries());
    return { problems: [], backend: data.backend, clusters };
  }
  const problems = error.issues
    .flatMap((issue) => innermost(issue, value))
    .flatMap((issue) => told(issue, value));
  const clusters: unknown = at(value, ["clusters"]);
  const backend = configSchema.shape.backend.safeParse(at(value, ["backend"]));
  return {
    problems,
    backend: backend.data,
    clusters: Array.isArray(clusters)
      ? new Map(clusters.flatMap((cluster: unknown, index) => mended(cluster, index)))
      : undefined,
  };
}

/** A cluster without what is at fault; none where that leaves nothing. */
function mended(cluster: unknown, index: number): [number, ClusterConfig][] {
  const rest: unknown = structuredClone(cluster);
  const tries = new Map<string, number>();
  for (let depth = 16; depth > 0; depth--) {
    const { success, data, error } = clusterSchema.safeParse(rest);
    if (success) return [[index, data]];
    if (typeof rest !== "object" || rest === null || Array.isArray(rest)) return [];
    for (const issue of error.issues.flatMap((each) => innermost(each, rest))) {
      const place = pathOf(issue).join("?");
      const tried = tries.get(place) ?? 0;
      tries.set(place, tried + 1);
      if (tried < 2) mend(rest, issue);
      else Reflect.deleteProperty(rest, String(pathOf(issue)[0]));
    }
  }
  return [];
}

/** Takes out what is at fault; what are required becomes a string that stands for it. */
function mend(cluster: object, issue: Issue): void {
  const path = pathOf(issue);
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) Reflect.deleteProperty(at(cluster, path) as object, key);
    return;
  }
  const [last = "", given] = [path.at(-1), at(cluster, path)];
  const parent = at(cluster, path.slice(0, -1));
  if (typeof parent !== "object" || parent === null) return;
  if (Array.isArray(parent) || given === undefined) Reflect.set(parent, last, placeholder(path));
  else Reflect.deleteProperty(parent, last);
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
  if (issue.code !== "invalid_union" || at(value, pathOf(issue)) === undefined) return [issue];
  const meant = issue.errors.find((issues) =>
    issues.every((each) => each.path.length > 0 || each.code === "unrecognized_keys"),
  );
  if (meant === undefined) return [issue];
  return meant
    .map((each) => ({ ...each, path: [...issue.path, ...each.path] }))
    .flatMap((each) => innermost(each, value));
}

function told(issue: Issue, value: unknown): ShapeProblem[] {
  const path = pathOf(issue);
  const given = at(value, path);
  const problem = (message: string) => [{ path, message, atKey: false }];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => ({
      path: [...path, name],
      message: `is an unknown property${suggestion(name, path)}`,
      atKey: true,
    }));
  }
  if (given === undefined) return problem("is missing");
  switch (issue.code) {
    case "invalid_union":
      return problem(`must be ${alternatives(issue).join(" or ")}, got: ${formatValue(given)}`);
    case "invalid_type":
      return problem(
        path.length === 0 && given === null
          ? "must not be empty"
          : `must be ${article(issue.expected)}, got: ${formatValue(given)}`,
      );
    case "invalid_value":
      return problem(`must be ${quoted(issue.values).join(" or ")}, got: ${formatValue(given)}`);
    case "too_small":
      return problem("must not be empty");
    default:
      return problem(`is not valid, got: ${formatValue(given)}`);
  }
}

function alternatives(issue: Extract<Issue, { code: "invalid_union" }>): string[] {
  const { errors, options } = issue as typeof issue & { options?: readonly unknown[] };
  if (options !== undefined) return quoted(options);
  const shapes = errors.flat().flatMap((each) => {
    if (each.code === "invalid_value") return quoted(each.values);
    return each.code === "invalid_type" ? [article(each.expected)] : [];
  });
  return [...new Set(shapes)];
}

function quoted(values: readonly unknown[]): string[] {
  return values.map((each) => JSON.stringify(each));
}

function article(type: string): string {
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

function suggestion(name: string, path: Path): string {
  const known = knownProperties(path);
  return known.length === 0 ? "" : `; did you mean "${closest(name, known)}"?`;
}

/** The properties that may stand at a path, from the schema. */
function knownProperties(path: Path): string[] {
  let shapes: z.core.$ZodType[] = [configSchema];
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

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (current, part) => (current as Record<string | number, unknown> | undefined | null)?.[part],
    value,
  );
}
