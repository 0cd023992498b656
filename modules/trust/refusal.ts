/** Ends an evaluation: the request is refused, for these reasons. Does not leave this folder. */
export class Refusal extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(reasons.join("\n"));
  }
}

/** @throws {Refusal} there is at least one reason */
export function refuseFor(reasons: readonly string[]): void {
  if (reasons.length > 0) throw new Refusal(reasons);
}

/**
 * Reads a JSON object that may have been parsed already.
 *
 * @throws {Refusal} it is none
 */
export function jsonObject(json: unknown, what: string): Record<string, unknown> {
  const value = typeof json === "string" ? parsed(json, what) : json;
  if (!isRecord(value)) throw new Refusal([`${what} is not a JSON object`]);
  return value;
}

function parsed(json: string, what: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Refusal([`${what} is not JSON`]);
  }
}

/** Whether a value is a JSON object, not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
