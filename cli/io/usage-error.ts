/** A mistake in how a command is used: its message is all that the user needs. */
export class UsageError extends Error {
  readonly code = "ERR_USAGE";
}
