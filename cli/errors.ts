import { ConfigError } from "../config/config-error";
import { DocumentError } from "../modules/documents";
import { InvalidPropsError } from "../modules/terraform";

/** A mistake in how the command is used. */
export class UsageError extends Error {
  readonly code = "ERR_USAGE";
}

/** Whether an error is a user's mistake, told in full by its message. */
export function isMistake(error: unknown): error is Error {
  return [ConfigError, DocumentError, InvalidPropsError, UsageError].some(
    (kind) => error instanceof kind,
  );
}
