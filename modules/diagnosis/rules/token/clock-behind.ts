import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";
import { secondsAhead, tolerance } from "./clocks";

export const clockBehind: DiagnosisRule = {
  code: "IRSA-DIAG-CLOCK-BEHIND",
  link: "token",
  severity: "warning",
  means:
    "The clock of the API server is behind AWS, so that its tokens expire before pods expect it.",
  remedy: "Synchronize the clocks of the control-plane nodes (NTP).",
  answer: "ExpiredTokenException, where the difference is longer than a token lives",
  sources: [documentation.assumeRole],
  consequenceOf: ["IRSA-TRUST-EXPIRED"],
  find: (facts) => {
    const seconds = -(secondsAhead(facts) ?? 0);
    return when(seconds > tolerance, {
      what: "the API server's clock is behind AWS",
      expected: `within ${tolerance} s`,
      actual: `${Math.round(seconds)} s`,
    });
  },
};
