/**
 * Exit codes of every command.
 *
 * @see {@link https://man.freebsd.org/cgi/man.cgi?query=sysexits sysexits} for 70, EX_SOFTWARE
 */
export const exitCodes = {
  done: 0,
  /** A mistake in the input, or a finding. */
  mistake: 1,
  /** An unknown command or option, or one without its value. */
  usage: 2,
  /** A check found nothing wrong, and could not look at everything. */
  unknown: 3,
  /** A bug of this program. */
  bug: 70,
} as const;

export const exitCodesText = `Exit codes:
  ${exitCodes.done}   done
  ${exitCodes.mistake}   a mistake in the input or configuration, or a finding
  ${exitCodes.usage}   an unknown command or option, or an option without its value
  ${exitCodes.unknown}   a check could not look at everything, and found nothing wrong in the rest
  ${exitCodes.bug}  a bug of irsa`;
