/** @returns undefined for a string that is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object, not an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Header or claims of a JWT. @returns undefined for what is no JSON object in base64url */
export function decodeJwtPart(part: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(Buffer.from(part, "base64url").toString());
  return isObject(value) ? value : undefined;
}
