import { openRunDirectory } from "../../sandbox/directory";

/** Once for a run: a directory for whatever tests and their libraries leave behind. */
export default function setup(): void {
  // The end-to-end tests may have made it.
  if (process.env.E2E_DIRECTORY === undefined) openRunDirectory();
}
