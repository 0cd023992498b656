import { ConfigError } from "../config/config-error";
import { ClusterConfigError } from "../modules/cluster";
import { DocumentError } from "../modules/documents";
import { InvalidPropsError } from "../modules/validation";

/** A mistake in how the command is used. */
export class UsageError extends Error {
  readonly code = "ERR_USAGE";
}

/** Whether an error is a user's mistake, told in full by its message. */
export function isMistake(error: unknown): error is Error {
  return [ClusterConfigError, ConfigError, DocumentError, InvalidPropsError, UsageError].some(
    (kind) => error instanceof kind,
  );
}

/** A message without private keys, in case that one was given in the place of something else. */
export function withoutKeys(message: string): string {
  return message.replace(
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY[\s\S]*?(-----END [A-Z0-9 ]*-----|…|$)|LS0tLS1CRUdJTi[\w+/=\\]*/g,
    "(a private key)",
  );
}
