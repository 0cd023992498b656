import { closest } from "fastest-levenshtein";
import { z } from "zod";
import { configSchema, type FileConfig } from "./schema";
import type { Path } from "./yaml-source";

/** A value that does not have the shape it should have. */
export interface ShapeProblem {
  readonly path: Path;
  readonly message: string;
  /** Whether the key is at fault, not its value. */
  readonly atKey: boolean;
}

/**
 * Holds a value against the schema.
 *
 * @returns all problems; and the configuration without the values at fault, so that what else is wrong
 *   can be told along with them, or undefined where too much is missing
 */
export function checkShape(value: unknown): {
  problems: readonly ShapeProblem[];
  config: FileConfig | undefined;
} {
  const first = configSchema.safeParse(value);
  if (first.success) return { problems: [], config: first.data };
  const problems = first.error.issues.flatMap((issue) => told(issue, value));
  return { problems, config: remainder(value, problems) };
}

/** Leaves out what is at fault, and wider around it where something is missing, up to a whole cluster. */
function remainder(value: unknown, problems: readonly ShapeProblem[]): FileConfig | undefined {
  let rest = without(
    value,
    problems.map(({ path }) => path),
  );
  for (let wider = 1; wider < 6; wider++) {
    const { data, error } = configSchema.safeParse(rest);
    if (error === undefined) return data;
    rest = without(
      rest,
      error.issues.map(({ path }) => (path as Path).slice(0, -wider)),
    );
  }
  return undefined;
}

type Issue = z.core.$ZodIssue;

function told(issue: Issue, value: unknown): ShapeProblem[] {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  const given = at(value, path);
  const problem = (message: string) => [{ path, message, atKey: false }];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((name) => ({
        path: [...path, name],
        message: `is no known property${suggestion(name, path)}`,
        atKey: true,
      }));
    case "invalid_union":
      return union(issue, path, given, value);
    case "invalid_type":
      return problem(
        given === undefined
          ? "must be given"
          : `must be ${article(issue.expected)}, got: ${shown(given)}`,
      );
    case "invalid_value":
      return problem(
        given === undefined
          ? "must be given"
          : `must be ${oneOf(issue.values)}, got: ${shown(given)}`,
      );
    case "too_small":
      return problem("must not be empty");
    default:
      return problem(`is not valid, got: ${shown(given)}`);
  }
}

/** Of the shapes that a value may have, the one whose type it has is the one that was meant. */
function union(
  issue: Extract<Issue, { code: "invalid_union" }>,
  path: Path,
  given: unknown,
  value: unknown,
): ShapeProblem[] {
  if (given === undefined) return [{ path, message: "must be given", atKey: false }];
  const { options } = issue as { options?: readonly string[] };
  if (options !== undefined)
    return [{ path, message: `must be ${oneOf(options)}, got: ${shown(given)}`, atKey: false }];
  const inside = issue.errors.find((issues) =>
    issues.every((each) => each.path.length > 0 || each.code === "unrecognized_keys"),
  );
  if (inside !== undefined) {
    return inside.flatMap((each) => told({ ...each, path: [...path, ...each.path] }, value));
  }
  const shapes = issue.errors
    .flat()
    .map((each) =>
      each.code === "invalid_value"
        ? oneOf(each.values)
        : each.code === "invalid_type"
          ? article(each.expected)
          : "",
    );
  return [
    {
      path,
      message: `must be ${[...new Set(shapes)].filter(Boolean).join(" or ")}, got: ${shown(given)}`,
      atKey: false,
    },
  ];
}

function oneOf(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(" or ");
}

function article(type: string): string {
  const names: Readonly<Record<string, string>> = {
    array: "a list",
    boolean: "true or false",
    number: "a number",
    object: "a map",
    record: "a map",
    string: "a text",
  };
  return names[type] ?? type;
}

/** What was given, short, and never anything that may be key material. */
export function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "a map";
  return text.length > 80 || text.includes("KEY-----")
    ? `a text of ${text.length - 2} characters`
    : text;
}

function suggestion(name: string, path: Path): string {
  const known = knownProperties(path);
  return known.length === 0 ? "" : `; did you mean "${closest(name, known)}"?`;
}

/** The properties that may stand at a path, from the schema. */
function knownProperties(path: Path): string[] {
  let shapes: z.core.$ZodType[] = [configSchema];
  for (const part of path) {
    shapes = shapes.flatMap(alternatives).flatMap((shape) => {
      if (shape instanceof z.ZodArray && typeof part === "number") return [shape.element];
      const member: unknown =
        shape instanceof z.ZodObject ? (shape.shape as Record<string, unknown>)[part] : undefined;
      return member instanceof z.ZodType ? [member] : [];
    });
  }
  return shapes
    .flatMap(alternatives)
    .flatMap((shape) => (shape instanceof z.ZodObject ? Object.keys(shape.shape as object) : []));
}

function alternatives(shape: z.core.$ZodType): z.core.$ZodType[] {
  if (shape instanceof z.ZodOptional) return alternatives(shape.unwrap());
  if (shape instanceof z.ZodUnion) return shape.options.flatMap(alternatives);
  return [shape];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (current, part) => (current as Record<string | number, unknown> | undefined | null)?.[part],
    value,
  );
}

function without(value: unknown, paths: readonly Path[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of paths) {
    const parent = at(copy, path.slice(0, -1));
    const last = path.at(-1);
    const withinCluster = path.length > 2 || path[0] !== "clusters";
    if (
      withinCluster &&
      typeof parent === "object" &&
      parent !== null &&
      typeof last === "string"
    ) {
      Reflect.deleteProperty(parent, last);
    }
  }
  return copy;
}
