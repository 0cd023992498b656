import { privateJwkMembers } from "../../modules/validation";

const privateMember = new RegExp(`("(?:${privateJwkMembers.join("|")})"\\s*:\\s*")[^"]{16,}`, "g");
const removed = "(key material)";

/**
 * A document without the private halves of keys that somebody has published by mistake: their names stay, so
 * that a diagnosis can report them.
 *
 * @param text any text; what has no such member stays as it is, to the byte
 */
export function withoutPrivateMembers(text: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return text
      .replace(privateMember, `$1${removed}`)
      .replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*/g, removed);
  }
  const cleaned = JSON.stringify(parsed, (name, value: unknown) => {
    const isPem = typeof value === "string" && value.includes("PRIVATE KEY-----");
    const isMember = privateJwkMembers.includes(name) && typeof value !== "number";
    return isPem || isMember ? removed : value;
  });
  return cleaned === JSON.stringify(parsed) ? text : cleaned;
}
