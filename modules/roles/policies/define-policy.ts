import { z } from "zod";
import { formatValue, type Violation } from "../../validation";
import type { PolicyStatement } from "../policy-document";
import type { RolePolicy } from "../role-policy";
import { checkOption } from "./options";

/** Where a policy comes from: what was read, and when it was current. */
export interface PolicySource {
  /** `OWNER/NAME` at GitHub, or the site of a vendor's documentation. */
  readonly repository: string;
  readonly path: string;
  /** The commit that was read, or the branch or edition whose newest state is followed. */
  readonly version: string;
}

/** The options of a policy, by their schemas. */
export type PolicyOptions<S extends z.ZodRawShape> = z.input<z.ZodObject<S, z.core.$strict>>;

/** A policy of the catalogue, defined once: its type, its schema, its checks and its documentation. */
export interface PolicyDefinition<S extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string;
  /** Whose policy it is, in one sentence. */
  readonly summary: string;
  /** The ServiceAccounts that the charts make. */
  readonly serviceAccounts: readonly string[];
  /** What it reaches without options, or with the required ones alone. */
  readonly covers: string;
  readonly sources: readonly PolicySource[];
  /** The options; made with the functions of `options.ts`, which give each its checks. */
  readonly options: S;
  /** Checks between options that are right by themselves. @default - none */
  readonly check?: (options: PolicyOptions<S>) => readonly Violation[];
  /** AWS managed policies to attach. @default - none */
  readonly awsManaged?: (options: PolicyOptions<S>) => readonly string[];
  /** The statements to make; none makes no policy. @default - none */
  readonly statements?: (
    options: PolicyOptions<S>,
    partition: string,
  ) => readonly PolicyStatement[];
  /** See {@link RolePolicy}. @default false */
  readonly standalone?: boolean;
}

/** Makes a policy of its options; they may be left out where none is required. */
export interface PolicyFactory<S extends z.ZodRawShape = z.ZodRawShape> {
  (
    ...options: Partial<PolicyOptions<S>> extends (
      keyof S extends never ? unknown : PolicyOptions<S>
    )
      ? [options?: PolicyOptions<S>]
      : [options: PolicyOptions<S>]
  ): RolePolicy;
  readonly definition: PolicyDefinition<S>;
  /** What `irsa.yaml` takes: the name and the options. */
  readonly schema: z.ZodObject;
}

/** Defines a policy of the catalogue. */
export function definePolicy<S extends z.ZodRawShape>(
  definition: PolicyDefinition<S>,
): PolicyFactory<S> {
  const shape = z.strictObject(definition.options);
  const make = (given?: PolicyOptions<S>): RolePolicy => {
    const options = given ?? ({} as PolicyOptions<S>);
    const violations = checkOptions(definition, shape, options);
    const { name, standalone } = definition;
    if (violations.length > 0) return { name, violations };
    const statements = (partition: string) => definition.statements?.(options, partition) ?? [];
    return {
      name,
      standalone,
      awsManaged: definition.awsManaged?.(options),
      statements: statements("aws").length > 0 ? statements : undefined,
    };
  };
  const name = z.literal(definition.name).describe("The policy's name in the catalogue.");
  const schema = z.strictObject({ name, ...definition.options }).describe(definition.summary);
  return Object.assign(make, { definition, schema });
}

function checkOptions<S extends z.ZodRawShape>(
  definition: PolicyDefinition<S>,
  shape: z.ZodObject<S, z.core.$strict>,
  options: PolicyOptions<S>,
): readonly Violation[] {
  const { error } = shape.safeParse(options);
  const given = options as Readonly<Record<string, unknown>>;
  const ofShape = (error?.issues ?? []).flatMap((issue) => shapeViolations(issue, given));
  const atFault = new Set(ofShape.map(({ path: [option] }) => option));
  const ofOptions = Object.entries(definition.options).flatMap(([option, schema]) =>
    given[option] === undefined || atFault.has(option)
      ? []
      : checkOption([option], schema, given[option]),
  );
  const violations = [...ofShape, ...ofOptions];
  return violations.length > 0 ? violations : (definition.check?.(options) ?? []);
}

function shapeViolations(
  issue: z.core.$ZodIssue,
  options: Readonly<Record<string, unknown>>,
): Violation[] {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      rule: "is an unknown property",
      isAboutKey: true,
    }));
  }
  const given = path.reduce<unknown>(
    (value, part) => (value as Record<string | number, unknown> | undefined)?.[part],
    options,
  );
  if (given === undefined) return [{ path, rule: "is missing" }];
  const types: Readonly<Record<string, string>> = {
    array: "a list",
    boolean: "true or false",
    string: "a string",
  };
  const what = issue.code === "invalid_type" ? types[issue.expected] : undefined;
  return [{ path, rule: `must be ${what ?? `valid: ${formatValue(issue.message)}`}`, given }];
}
