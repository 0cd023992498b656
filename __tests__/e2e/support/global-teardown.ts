import { removeRunDirectory } from "../../../sandbox/directory";

/** Once after a run; the reporter sets `E2E_KEEP` after a failure, when the logs tell why. */
export default function teardown(): void {
  removeRunDirectory();
}
