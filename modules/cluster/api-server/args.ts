import { apiServerFlagRules, checkText, type Violation } from "../../validation";

/** Extra flags of the API server by their name without dashes; a list repeats the flag. */
export type ApiServerArgs = Readonly<Record<string, string | readonly string[]>>;

/** Why a flag is refused here; completes "extraApiServerArgs.FLAG …". */
type Refusal = (flag: string) => string | undefined;

/** Flags that come from properties of their own, so that they cannot contradict each other. */
const managed = new Map([
  ["service-account-issuer", "comes from {issuerUrl}, {previousIssuers} and {acceptedIssuers}"],
  ["service-account-jwks-uri", "comes from {jwksUri}"],
  ["api-audiences", "comes from {apiAudiences}"],
]);

/**
 * What is wrong with extra API-server flags.
 *
 * @param refusal flags that this kind of cluster does not take
 */
export function apiServerArgsViolations(args: ApiServerArgs, refusal: Refusal): Violation[] {
  return Object.entries(args).flatMap(([flag, value]): Violation[] => {
    const path = ["extraApiServerArgs", flag];
    const misnamed = checkText(path, flag, apiServerFlagRules);
    if (misnamed.length > 0) return misnamed.map((one) => ({ ...one, isAboutKey: true }));
    const reason = refusal(flag) ?? managed.get(flag);
    if (reason !== undefined) return [{ path, rule: reason }];
    if (isArg(value)) return [];
    return [{ path, rule: "must be a string or a list of at least one string", given: value }];
  });
}

/** The values of a flag, one for each time it is written. */
export function list(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}

function isArg(value: unknown): boolean {
  if (!Array.isArray(value)) return typeof value === "string";
  return value.length > 0 && value.every((item) => typeof item === "string");
}
