import { tokenViolations } from "../../modules/validation";
import { UsageError } from "../io/usage-error";

/**
 * Refuses values that CDKTF would resolve: strings, numbers and names, however deep.
 *
 * @param name how the message names the value
 * @throws {UsageError} there is one
 */
export function refuseTokens(name: string, value: unknown): void {
  if (tokenViolations(value).length > 0) {
    throw new UsageError(`${name} must not contain a token of CDKTF, such as \${TfToken[…]}`);
  }
}
