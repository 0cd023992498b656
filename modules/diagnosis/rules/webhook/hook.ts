import type { HookEvidence } from "../../evidence";
import { type Facts, roleArnsIn } from "../../facts";

/** The webhooks that should change pods; none once something has given a pod its role. */
export function idleHooks({ hooks = [], dryRunPod }: Facts): readonly HookEvidence[] {
  return dryRunPod !== undefined && roleArnsIn(dryRunPod).length > 0 ? [] : hooks;
}

/** The webhook's Deployment in a command, as far as its Service tells. */
export function deploymentOf({ service }: HookEvidence): string {
  const [namespace, name] = (service ?? "NAMESPACE/NAME").split("/");
  return `deployment ${name} -n ${namespace}`;
}
