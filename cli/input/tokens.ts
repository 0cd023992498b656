import { isTokenLike } from "../../modules/validation";
import { UsageError } from "../io/usage-error";

/**
 * Refuses values that CDKTF would resolve: strings, numbers and names, however deep.
 *
 * @param name how the message names the value
 * @throws {UsageError} there is one
 */
export function refuseTokens(name: string, value: unknown): void {
  if (hasToken(value)) {
    throw new UsageError(`${name} must not contain a token of CDKTF, such as \${TfToken[…]}`);
  }
}

function hasToken(value: unknown): boolean {
  if (typeof value === "string" || typeof value === "number") return isTokenLike(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, member]) => isTokenLike(name) || hasToken(member));
}
