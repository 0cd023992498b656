import { detectCapabilities, shareCapabilities } from "../../../sandbox/capabilities";
import { openRunDirectory } from "../../../sandbox/directory";
import { forgetAwsAccounts } from "../../../sandbox/loopback";

/** Once for a run, before all end-to-end tests: its directory, and what the machine can do. */
export default async function setup(): Promise<void> {
  forgetAwsAccounts();
  if (process.env.E2E_DIRECTORY === undefined) openRunDirectory();
  shareCapabilities(await detectCapabilities());
}
