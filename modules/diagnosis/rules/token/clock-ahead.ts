import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";
import { secondsAhead, tolerance } from "./clocks";

export const clockAhead: DiagnosisRule = {
  code: "IRSA-DIAG-CLOCK-AHEAD",
  link: "token",
  means:
    "The clock of the API server is ahead of AWS, which takes its fresh tokens for ones of the future.",
  remedy: "Synchronize the clocks of the control-plane nodes (NTP).",
  answer: "InvalidIdentityToken: Token issued in the future",
  sources: [documentation.assumeRole],
  find: (facts) => {
    const seconds = secondsAhead(facts) ?? 0;
    return when(seconds > tolerance, {
      what: "the API server's clock is ahead of AWS",
      expected: `within ${tolerance} s`,
      actual: `${Math.round(seconds)} s`,
      remedy: clockRemedy(facts.intended?.distribution),
    });
  },
};

function clockRemedy(distribution: string | undefined): string {
  return distribution === "talos"
    ? "Give each control-plane node time servers it can reach: machine.time.servers; `talosctl time` shows the difference."
    : "Synchronize the clocks of the control-plane nodes: `timedatectl status` on each.";
}
