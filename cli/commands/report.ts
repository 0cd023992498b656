import { Option } from "commander";
import { config, force, stacks } from "../input/shared-options";
import type { ReportOptions } from "../actions/report";
import type { Definition } from "./command";

export const reportCommand: Definition<ReportOptions> = {
  name: "report",
  summary: "what the stacks make AWS trust, for a review",
  description:
    "report what the stacks make AWS trust: issuers, keys and where their private halves are, who may assume which role with what policies, what is public, and what to look at; as one HTML file that needs no network",
  arguments: [stacks()],
  options: [
    config(),
    new Option("--out <file>", "where to write (default: standard output)"),
    force(),
    new Option(
      "--date <date>",
      "a date for the report to bear, YYYY-MM-DD (default: none, so that equal stacks give equal reports)",
    ),
    new Option(
      "--from <directory>",
      "what `irsa doctor --all --evidence` has written: the report says what it saw, and since when",
    ),
    new Option("--json", "write JSON in place of HTML, as irsa-report.schema.json defines it"),
  ],
  help: `Everything is read from the stacks as irsa synth writes them: no AWS account, no state, no cluster. With --from,
the report adds what irsa doctor has seen of the published documents.

Examples:
  irsa report --out report.html
  irsa doctor --all --evidence seen; irsa report --from seen --out report.html
  irsa report prod --json | jq '.clusters[].findings[] | select(.severity != "info")'`,
  load: async () => (await import("../actions/report.ts")).report,
};
