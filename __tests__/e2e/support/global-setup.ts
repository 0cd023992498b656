import { detectCapabilities, shareCapabilities } from "./capabilities";
import { openRunDirectory } from "./directory";

/** Once for a run, before all end-to-end tests: its directory, and what the machine can do. */
export default async function setup(): Promise<void> {
  openRunDirectory();
  shareCapabilities(await detectCapabilities());
}
