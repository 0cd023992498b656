/**
 * The closing words of a run: why tests were skipped, one line a reason; where the logs are if tests
 * failed; and last of all one line with the counts. Printed at exit, since jest's own summary comes
 * after every other reporter.
 */
class SkipReporter {
  onRunComplete(_, results) {
    const lines = ["", ...skipped(results), ...logs(results), counts(results), ""];
    process.once("exit", () => process.stdout.write(lines.join("\n")));
  }
}

function skipped({ testResults }) {
  const tests = testResults.flatMap((file) =>
    file.testResults.filter(({ status }) => status === "pending"),
  );
  const reasons = new Map();
  for (const test of tests) reasons.set(reasonOf(test), (reasons.get(reasonOf(test)) ?? 0) + 1);
  const lines = [...reasons].map(([reason, count]) => `  ${reason} (${tally(count)})`);
  return lines.length > 0 ? ["Skipped:", ...lines, ""] : [];
}

/** The outermost suite of a skipped test is named after the reason: its first line, as far as it fits. */
function reasonOf({ ancestorTitles, title }) {
  const [line] = (ancestorTitles[0] ?? title).split("\n");
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

const longest = 160;

function tally(count) {
  return `${count} ${count === 1 ? "test" : "tests"}`;
}

function logs(results) {
  const { E2E_DIRECTORY } = process.env;
  if (failures(results) === 0 || !E2E_DIRECTORY) return [];
  process.env.E2E_KEEP = "1";
  return [`Logs of the end-to-end tests: ${E2E_DIRECTORY}`, ""];
}

function counts(results) {
  const { numPassedTests, numPendingTests } = results;
  return `Tests: ${numPassedTests} passed, ${failures(results)} failed, ${numPendingTests} skipped`;
}

/** A test file that cannot be run counts as a failed test. */
function failures({ numFailedTests, numRuntimeErrorTestSuites }) {
  return numFailedTests + numRuntimeErrorTestSuites;
}

module.exports = SkipReporter;
