import type { Io, Output } from "./io";

/** @see {@link https://no-color.org NO_COLOR} */
export function hasColors(stream: Output, { env }: Io): boolean {
  return stream.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
}
