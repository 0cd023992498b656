import { capabilitiesOfRun, type CapabilityName } from "../../../sandbox/capabilities";

/** A test runs several commands of Terraform, each of which may start large providers twice. */
const terraformTimeout = 300_000;

/**
 * A `describe` for tests that need something of the machine. Where it is missing the tests are
 * skipped, below a suite that is named after the reason; with `E2E=required` they fail instead.
 */
export function describeWith(
  needs: readonly CapabilityName[],
  title: string,
  suite: () => void,
): void {
  const capabilities = capabilitiesOfRun();
  const reasons = capabilities
    ? needs.flatMap((name) => {
        const reason = capabilities.missing[name];
        return reason === undefined ? [] : [`${name}: ${reason}`];
      })
    : ["the global setup of the end-to-end tests has not run"];
  describeUnless(reasons, title, () => {
    jest.setTimeout(terraformTimeout);
    suite();
  });
}

/** A `describe` for tests that the machine can run unless there are reasons why not. */
export function describeUnless(reasons: readonly string[], title: string, suite: () => void): void {
  if (reasons.length === 0) {
    describe(title, suite);
  } else if (process.env.E2E === "required") {
    describe(title, () => {
      test("can run on this machine", () => {
        throw new Error(`E2E=required, but the machine lacks ${reasons.join("; ")}`);
      });
    });
  } else {
    describe.skip(reasons.join("; "), () => {
      describe(title, suite);
    });
  }
}
