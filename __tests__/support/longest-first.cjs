const { default: Sequencer } = require("@jest/test-sequencer");

/**
 * End-to-end tests before all others, which are shorter: no long file is left to run alone in the end. Among
 * themselves in the order of Jest: by the time that they took before, else by their size.
 */
class LongestFirst extends Sequencer {
  sort(tests) {
    const isEndToEnd = ({ context }) => Number(context.config.displayName?.name === "e2e");
    return super.sort(tests).toSorted((a, b) => isEndToEnd(b) - isEndToEnd(a));
  }
}

module.exports = LongestFirst;
