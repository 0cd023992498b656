import { z } from "zod";
import {
  bucketNameRules,
  checkList,
  checkText,
  type NameRule,
  type Path,
  statementTextRules,
  type Violation,
} from "../../validation";
import { type ArnForm, arnRules } from "./arns";

type Check = (path: Path, value: unknown) => readonly Violation[];

/** The checks of an option beyond its shape, by its schema. */
const checks = new WeakMap<object, Check>();

/** Checks an option of a policy that has the right shape. */
export function checkOption(path: Path, schema: object, value: unknown): readonly Violation[] {
  return checks.get(schema)?.(path, value) ?? [];
}

function withCheck<T extends z.ZodType>(schema: T, check: Check): T {
  checks.set(schema, check);
  return schema;
}

/** A list that may be a token, and so is not asked for its entries by zod. */
function strings(rules: readonly NameRule[]): z.ZodType<readonly string[], readonly string[]> {
  return z.array(z.string().meta(patternOf(rules))).meta({ minItems: 1 });
}

/** For editors: the one pattern that says most. */
function patternOf(rules: readonly NameRule[]): { pattern?: string } {
  const [first] = rules.filter(({ forbidden = false }) => !forbidden).slice(-1);
  return first === undefined ? {} : { pattern: first.pattern };
}

/** An option that is on or off. */
export function flag(what: string, byDefault = false) {
  return z
    .boolean()
    .optional()
    .meta({ description: `${what} Default: ${byDefault}.`, default: byDefault });
}

/** A list of strings that follow rules; `byDefault` says what its absence means. */
export function list(rules: readonly NameRule[], what: string, byDefault = "none") {
  return withCheck(
    strings(rules)
      .optional()
      .meta({ description: `${what} Default: ${byDefault}.` }),
    (path, value) => checkList(path, value as readonly string[], rules),
  );
}

/** A list of strings that follow rules and that nobody can leave out. */
function requiredList(rules: readonly NameRule[], what: string) {
  return withCheck(strings(rules).meta({ description: what }), (path, value) =>
    checkList(path, value as readonly string[], rules),
  );
}

/** A string that follows rules. */
export function text(rules: readonly NameRule[], what: string, byDefault = "none") {
  return withCheck(
    z
      .string()
      .optional()
      .meta({ description: `${what} Default: ${byDefault}.`, ...patternOf(rules) }),
    (path, value) => checkText(path, value as string, rules),
  );
}

/** ARNs of one form. */
export function arns(form: ArnForm, what: string, byDefault?: string) {
  return list(arnRules(form), what, byDefault);
}

/** ARNs of one form that nobody can leave out. */
export function requiredArns(form: ArnForm, what: string) {
  return requiredList(arnRules(form), what);
}

/** Names of buckets. */
export function buckets(what: string) {
  return requiredList(bucketNameRules, what);
}

/** Customer managed keys. */
export function keys(what: string) {
  return arns("key", what);
}

/** What tags and conditions name a cluster by. */
export function clusterName(what: string, byDefault: string) {
  return text(statementTextRules, what, byDefault);
}
