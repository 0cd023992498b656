import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const severalRoles: DiagnosisRule = {
  code: "IRSA-DIAG-ROLE-SEVERAL",
  link: "role",
  severity: "warning",
  means:
    "Several roles name the same ServiceAccount, whose pods have one, and none is its primary role.",
  remedy:
    "Name the primary role (primaryFor), give the permissions to one role, or each role a ServiceAccount of its own.",
  sources: [documentation.webhook],
  find: ({ intended, name }) => {
    const named = (intended?.roles ?? []).filter(
      ({ serviceAccounts }) => name !== undefined && serviceAccounts.includes(name),
    );
    const hasPrimary = named.some(({ primaryFor = [] }) => primaryFor.includes(name ?? ""));
    return when(named.length > 1 && !hasPrimary, {
      what: `several roles are for ServiceAccount ${name}`,
      expected: "one role",
      actual: named.map((role) => role.name).join(", "),
      remedy: `Write primaryFor: [${name}] in the role of its annotation, or take ${name} out of serviceAccounts of all but one of the roles ${named.map((role) => role.name).join(", ")} in irsa.yaml.`,
    });
  },
};
