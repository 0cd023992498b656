import type { Finding } from "../validation";
import { report, type TrustRuleName } from "./findings";

/** Ends an evaluation: the request is refused, for these findings. Does not leave this folder. */
export class Refusal extends Error {
  constructor(readonly findings: readonly Finding[]) {
    super(findings.map(({ what }) => what).join("\n"));
  }
}

/** @throws {Refusal} there is at least one finding */
export function refuseFor(findings: readonly Finding[]): void {
  if (findings.length > 0) throw new Refusal(findings);
}

/**
 * Reads a JSON object that may have been parsed already.
 *
 * @param rule what is reported when it is none
 * @throws {Refusal} it is none
 */
export function readJsonObject(
  json: unknown,
  what: string,
  rule: TrustRuleName,
): Record<string, unknown> {
  const value = typeof json === "string" ? parse(json, what, rule) : json;
  if (!isRecord(value)) throw new Refusal([report(rule, `${what} is not a JSON object`)]);
  return value;
}

function parse(json: string, what: string, rule: TrustRuleName): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Refusal([report(rule, `${what} is not JSON`)]);
  }
}

/** Whether a value is a JSON object, not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
