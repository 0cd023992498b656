import {
  type Check,
  type CheckResult,
  isReady,
  isoTime,
  type KeyStatus,
  type Step,
} from "../../../modules/rotation";
import { escapeControls } from "../../../modules/validation";
import { commandsOf, evidenceCommands } from "./commands";
import type { Rotation } from "./rotation";

const marks: Readonly<Record<CheckResult, string>> = {
  passed: "ok     ",
  failed: "FAILED ",
  waiting: "wait   ",
  unknown: "unknown",
};

/** The plan as text, for people. */
export function formatPlan(rotation: Rotation): string {
  const { cluster, plan, apiServer } = rotation;
  const [next, ...later] = plan.steps;
  const head = `${cluster.name}: ${plan.to} is to sign.\n${apiServer.what}\n\n${keyTable(plan.keys)}`;
  if (next === undefined) return shown(`${head}\nNothing is left to do.\n`);
  return shown(`${head}
Next step: ${next.step} ${next.subject}
${details(next)}
${later.length === 0 ? "" : `Then:\n${later.map(line).join("")}\n`}${evidence(rotation, next)}${
    next.edit === undefined
      ? "The next step is done in the cluster; nothing has been changed.\n"
      : `Nothing has been changed: ${isReady(next) ? "" : "when every check has passed, "}--next changes the configuration by the next step, and applies nothing.\n`
  }`);
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

function evidence(rotation: Rotation, next: Step): string {
  const commands =
    next.step === "accept"
      ? [
          "# let every API server accept the key",
          ...commandsOf(next, rotation),
          "# then look again",
        ]
      : [];
  const all = isReady(next) ? [] : [...commands, ...evidenceCommands(rotation)];
  return all.length === 0 ? "" : `To run:\n${block(all)}\n`;
}

function keyTable(keys: readonly KeyStatus[]): string {
  const width = Math.max(...keys.map(({ name }) => name.length));
  return keys
    .map((key) =>
      `  ${key.name.padEnd(width)}  ${key.state.padEnd(8)}  ${facts(key).join(", ")}`.trimEnd(),
    )
    .map((row) => `${row}\n`)
    .join("");
}

function facts(key: KeyStatus): string[] {
  const { isPublished, publishedSince, signedUntil, drainedAt, keyIds, state } = key;
  if (state === "retired") return [];
  return [
    keyIds.length === 0 ? "kid not known" : `kid ${keyIds.join(", ")}`,
    isPublished === undefined
      ? "publication not looked at"
      : isPublished
        ? `published${publishedSince === undefined ? "" : ` since ${isoTime(publishedSince)} or longer`}`
        : "not published",
    ...(signedUntil === undefined ? [] : [`signed until ${isoTime(signedUntil)}`]),
    ...(drainedAt === undefined ? [] : [`last token expires by ${isoTime(drainedAt)}`]),
  ];
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

/** Why the next step is not taken. */
export function formatRefusal(rotation: Rotation, step: Step | undefined): string {
  const { cluster } = rotation;
  if (step === undefined) return `nothing is left to do for ${cluster.name}`;
  const missing = step.checks.filter(({ result }) => result !== "passed");
  const sentences = missing.map(
    ({ what, remedy }) => `  ${what}${remedy === undefined ? "" : ` To do: ${remedy}.`}`,
  );
  const head =
    step.edit === undefined && missing.length === 0
      ? `the next step of ${cluster.name} is done in the cluster: ${step.step} ${step.subject}. Then give the JWKS of each API server (--api-server-jwks).`
      : `the next step of ${cluster.name}, ${step.step} ${step.subject}, is not safe yet; nothing has been changed:`;
  return shown([head, ...sentences].join("\n"));
}

function block(commands: readonly string[]): string {
  return commands.map((command) => `  ${command}\n`).join("");
}

/** The plan as data. */
export function describePlan(rotation: Rotation): object {
  const { cluster, plan, apiServer } = rotation;
  return {
    cluster: cluster.name,
    to: plan.to,
    apiServer,
    keys: plan.keys.map(withTexts),
    steps: plan.steps.map((step) => ({
      ...step,
      ready: isReady(step),
      checks: step.checks.map(withTexts),
      commands: commandsOf(step, rotation),
      ...(step.notBefore !== undefined && { notBefore: isoTime(step.notBefore) }),
      ...(step.edit !== undefined && { edit: withTexts(step.edit) }),
    })),
  };
}

/** Times as texts. */
function withTexts(value: object): object {
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
