import { explainLog, formatSmokeTestAnswers, smokeTestAnswers } from "../../../modules/cluster";
import { formatFinding } from "../../../modules/validation";
import type { Action, Host } from "../../io/host";
import { readText } from "../../io/read-text";
import { formatJson } from "../../output/result";

/** Options of the command. */
export interface ExplainOptions {
  readonly json?: boolean;
}

/** The meaning of the log on standard input; of every answer without one. */
export const explain: Action<ExplainOptions> = async ({ json }: ExplainOptions, host: Host) => {
  const log = host.io.stdin.isTTY === true ? "" : await readText("-", host);
  const isEmpty = log.trim() === "";
  const findings = explainLog(log);
  if (json === true) {
    await host.print(formatJson(isEmpty ? smokeTestAnswers : findings));
  } else if (findings.length > 0) {
    await host.print(`${findings.map(formatFinding).join("\n")}\n`);
  } else {
    const unknown = "The log contains no known answer. These are known:\n\n";
    await host.print(`${isEmpty ? "" : unknown}${formatSmokeTestAnswers()}`);
  }
};
