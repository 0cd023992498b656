import { isoTime, type IssuerStatus } from "../../../modules/rotation";
import { describeSteps, formatStatuses, formatSteps, withTexts } from "../../output/steps";
import { commandsOf, evidenceCommands } from "./commands";
import type { Migration } from "./migration";

/** The plan as text, for people. */
export function formatPlan(migration: Migration): string {
  const { cluster, plan, apiServer } = migration;
  const [next] = plan.steps;
  const statuses = plan.issuers.map((each) => ({ ...each, facts: facts(each) }));
  const accept =
    next?.step === "accept"
      ? [
          "# let every API server accept the issuer",
          ...commandsOf(next, migration),
          "# then look again",
        ]
      : [];
  return formatSteps({
    head: `${cluster.name} is to sign as ${plan.to}.\n${apiServer.what}\n\n${formatStatuses(statuses)}`,
    steps: plan.steps,
    toRun: [...accept, ...evidenceCommands(migration)],
  });
}

function facts({ url, signedUntil, drainedAt, state }: IssuerStatus): string[] {
  if (state === "retired") return [];
  return [
    url ?? "URL not known",
    ...(signedUntil === undefined ? [] : [`signed until ${isoTime(signedUntil)}`]),
    ...(drainedAt === undefined ? [] : [`last token expires by ${isoTime(drainedAt)}`]),
  ];
}

/** The plan as data. */
export function describePlan(migration: Migration): object {
  const { cluster, plan, apiServer } = migration;
  return {
    cluster: cluster.name,
    to: plan.to,
    apiServer,
    issuers: plan.issuers.map(withTexts),
    steps: describeSteps(plan.steps, (step) => commandsOf(step, migration)),
  };
}
