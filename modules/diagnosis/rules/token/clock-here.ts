import { documentation } from "../../documentation";
import { offsetOf } from "../../facts";
import { type DiagnosisRule, when } from "../../rule";

export const clockHere: DiagnosisRule = {
  code: "IRSA-DIAG-CLOCK-HERE",
  link: "token",
  severity: "info",
  means:
    "The clock of the machine that collected the evidence is off; times are judged by AWS's clock.",
  remedy:
    "Synchronize this machine's clock; AWS refuses signed requests of one that is 5 minutes off.",
  sources: [documentation.assumeRole],
  find: ({ evidence }) => {
    const seconds = Math.round((offsetOf(evidence, "aws") ?? 0) / 1000);
    return when(Math.abs(seconds) > 60, {
      what: `this machine's clock is ${seconds > 0 ? "behind" : "ahead of"} AWS`,
      expected: "within 60 s",
      actual: `${Math.abs(seconds)} s`,
    });
  },
};
