import { basename, dirname } from "node:path";
import { isatty } from "node:tty";
import { writeFiles } from "./files";
import type { OutOptions } from "../input/shared-options";

/** Writes a command's result to the file that is named, or to standard output. */
export function writeResult(text: string, { out }: OutOptions, secret = false): void {
  if (out === undefined || out === "-") {
    process.stdout.write(text);
    return;
  }
  const paths = writeFiles(dirname(out), { [basename(out)]: { text, secret } });
  console.log(paths.map((path) => `Wrote ${path}`).join("\n"));
}

/**
 * Why a result with a private key must not be written: a terminal would show and keep it. A pipe or a
 * redirected standard output is where the user wants it.
 *
 * @param isTerminal whether standard output is one
 * @returns nothing for a result that may be written
 */
export function terminalRefusal(
  { out, showPrivateKey }: OutOptions & { readonly showPrivateKey?: boolean },
  isTerminal = isatty(1),
): string | undefined {
  const toTerminal = isTerminal && (out === undefined || out === "-");
  return toTerminal && showPrivateKey !== true
    ? "the private key is not printed to a terminal: name a file with --out, redirect standard output, or ask for it with --show-private-key"
    : undefined;
}
