import type { ClusterConfigError } from "../../modules/cluster";
import { redactKeyMaterial, type Violation } from "../../modules/validation";

/** Sentences of `modules/cluster` as violations: to be gone when it reports violations itself. */
export function clusterConfigViolations({ violations }: ClusterConfigError): Violation[] {
  return violations.map((sentence) => {
    const [, name = "", rest = sentence] = /^'([^']+)' (.*)$/s.exec(sentence) ?? [];
    const path = (name.match(/[^.[\]]+/g) ?? []).map((part) =>
      /^\d+$/.test(part) ? Number(part) : part,
    );
    const rule = redactKeyMaterial(rest)
      .replace(/, got: /, ", got ")
      .replace(/'([a-z]\w+)'/g, (_, property: string) => `{${property}}`);
    return { path, rule };
  });
}
