import { isoTime, type KeyStatus } from "../../../modules/rotation";
import { describeSteps, formatStatuses, formatSteps, withTexts } from "../../output/steps";
import { commandsOf, evidenceCommands } from "./commands";
import type { Rotation } from "./rotation";

/** The plan as text, for people. */
export function formatPlan(rotation: Rotation): string {
  const { cluster, plan, apiServer } = rotation;
  const [next] = plan.steps;
  const statuses = plan.keys.map((each) => ({ ...each, facts: facts(each) }));
  const accept =
    next?.step === "accept"
      ? [
          "# let every API server accept the key",
          ...commandsOf(next, rotation),
          "# then look again",
        ]
      : [];
  return formatSteps({
    head: `${cluster.name}: ${plan.to} is to sign.\n${apiServer.what}\n\n${formatStatuses(statuses)}`,
    steps: plan.steps,
    toRun: [...accept, ...evidenceCommands(rotation)],
  });
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

/** The plan as data. */
export function describePlan(rotation: Rotation): object {
  const { cluster, plan, apiServer } = rotation;
  return {
    cluster: cluster.name,
    to: plan.to,
    apiServer,
    keys: plan.keys.map(withTexts),
    steps: describeSteps(plan.steps, (step) => commandsOf(step, rotation)),
  };
}
