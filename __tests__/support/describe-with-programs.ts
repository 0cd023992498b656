import { spawnSync } from "node:child_process";
import { describeUnless } from "../e2e/support/describe-with";

/** How each program is asked whether it is there. */
const programs = {
  kubectl: ["version", "--client"],
  openssl: ["version"],
};

/** A `describe` for tests that need programs; skipped, below the reason, where one is missing. */
export function describeWithPrograms(
  needs: readonly (keyof typeof programs)[],
  title: string,
  suite: () => void,
): void {
  const without = process.env.E2E_WITHOUT?.split(",") ?? [];
  const missing = needs.filter(
    (name) => without.includes(name) || spawnSync(name, programs[name]).status !== 0,
  );
  describeUnless(
    missing.map((name) => `${name}: it is not on the PATH`),
    title,
    suite,
  );
}
