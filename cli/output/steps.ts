import {
  type Check,
  type CheckResult,
  isReady,
  type IssuerEdit,
  isoTime,
  type KeyEdit,
  type Step,
} from "../../modules/rotation";
import { escapeControls } from "../../modules/validation";
import { UsageError } from "../io/usage-error";

const marks: Readonly<Record<CheckResult, string>> = {
  passed: "ok     ",
  failed: "FAILED ",
  waiting: "wait   ",
  unknown: "unknown",
};

/** A plan of steps, and what to run for them. */
interface PlanToShow {
  /** What it is about, and how things are. */
  readonly head: string;
  /** Steps that are left, the next one first. */
  readonly steps: readonly Step[];
  /** What to run before the next step, as long as that is not ready: shell commands and comments. */
  readonly toRun: readonly string[];
}

/** The plan as text, for people. */
export function formatSteps({ head, steps, toRun }: PlanToShow): string {
  const [next, ...later] = steps;
  if (next === undefined) return shown(`${head}\nNothing is left to do.\n`);
  const evidence = isReady(next) || toRun.length === 0 ? "" : `To run:\n${block(toRun)}\n`;
  return shown(`${head}
Next step: ${next.step} ${next.subject}
${details(next)}
${later.length === 0 ? "" : `Then:\n${later.map(line).join("")}\n`}${evidence}${
    next.edit === undefined
      ? "The next step is done in the cluster; nothing has been changed.\n"
      : `Nothing has been changed: ${isReady(next) ? "" : "when every check has passed, "}--next changes the configuration by the next step, and applies nothing.\n`
  }`);
}

/** A key or an issuer in the table of a plan. */
interface StatusRow {
  readonly name: string;
  readonly state: string;
  readonly facts: readonly string[];
}

/** The keys or issuers of a plan, one a line. */
export function formatStatuses(rows: readonly StatusRow[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows
    .map(({ name, state, facts }) =>
      `  ${name.padEnd(width)}  ${state.padEnd(8)}  ${facts.join(", ")}`.trimEnd(),
    )
    .map((row) => `${row}\n`)
    .join("");
}

function details(step: Step): string {
  const { what, reason, apiServer, window, checks, notBefore } = step;
  const lines = [
    what,
    reason,
    ...(apiServer === undefined ? [] : [`API server: ${apiServer}`]),
    ...(window === undefined ? [] : [`Window: ${window}`]),
    ...(notBefore === undefined ? [] : [`Not before ${isoTime(notBefore)}.`]),
    ...checks.flatMap(checkLines),
  ];
  return lines.map((text) => `  ${text}\n`).join("");
}

function checkLines({ result, what, remedy }: Check): string[] {
  return [`[${marks[result]}] ${what}`, ...(remedy === undefined ? [] : [`          ${remedy}`])];
}

function line({ step, subject, what, notBefore }: Step): string {
  const time = notBefore === undefined ? "" : ` Not before ${isoTime(notBefore)}.`;
  return `  ${step} ${subject}: ${what}${time}\n`;
}

/** What has been done, and what is to be done now. */
export function formatTaken(
  step: Step,
  written: readonly string[],
  commands: readonly string[],
): string {
  return shown(`${step.step} ${step.subject}: ${step.what}
${written.map((path) => `Wrote ${path}\n`).join("")}
Now:
${block(commands)}`);
}

/**
 * The next step of a plan, which is to change the configuration now.
 *
 * @param seen how to show that a step in the cluster is done
 * @throws {UsageError} a check of it has not passed, or it is a step in the cluster, or nothing is left to do
 */
export function readyStep<Edit extends KeyEdit | IssuerEdit>(
  cluster: string,
  [step]: readonly Step<Edit>[],
  seen: string,
): Step<Edit> & { readonly edit: Edit } {
  if (step?.edit === undefined || !isReady(step)) {
    throw new UsageError(formatRefusal(cluster, step, seen));
  }
  return { ...step, edit: step.edit };
}

function formatRefusal(cluster: string, step: Step | undefined, seen: string): string {
  if (step === undefined) return `nothing is left to do for ${cluster}`;
  const missing = step.checks.filter(({ result }) => result !== "passed");
  const sentences = missing.map(
    ({ what, remedy }) => `  ${what}${remedy === undefined ? "" : ` To do: ${remedy}.`}`,
  );
  const head =
    step.edit === undefined && missing.length === 0
      ? `the next step of ${cluster} is done in the cluster: ${step.step} ${step.subject}. ${step.what} Then ${seen}.`
      : `the next step of ${cluster}, ${step.step} ${step.subject}, is not safe yet; nothing has been changed:`;
  return shown([head, ...sentences].join("\n"));
}

function block(commands: readonly string[]): string {
  return commands.map((command) => `  ${command}\n`).join("");
}

/** Steps as data, with what to run once each is taken. */
export function describeSteps(
  steps: readonly Step[],
  commandsOf: (step: Step) => readonly string[],
): object[] {
  return steps.map((step) => ({
    ...step,
    ready: isReady(step),
    checks: step.checks.map(withTexts),
    commands: commandsOf(step),
    ...(step.notBefore !== undefined && { notBefore: isoTime(step.notBefore) }),
    ...(step.edit !== undefined && { edit: withTexts(step.edit) }),
  }));
}

/** Times as texts. */
export function withTexts(value: object): object {
  const members = Object.entries(value).map(([name, member]: [string, unknown]) => [
    name,
    member instanceof Date ? isoTime(member) : member,
  ]);
  return Object.fromEntries(members) as object;
}

/** What a terminal would interpret is shown, line by line. */
function shown(text: string): string {
  return text.split("\n").map(escapeControls).join("\n");
}
