import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { containersWithRole } from "./containers";

const names = ["AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE"];

export const profile: DiagnosisRule = {
  code: "IRSA-DIAG-POD-PROFILE",
  link: "pod",
  severity: "warning",
  means:
    "A container names a profile or a file with credentials, which several SDKs prefer to the token.",
  remedy: "Remove AWS_PROFILE and AWS_SHARED_CREDENTIALS_FILE.",
  sources: [documentation.sdkCredentials],
  find: (facts) =>
    containersWithRole(facts).flatMap(({ where, container }) => {
      const found = names.filter((name) => container.env[name] !== undefined);
      return found.length === 0
        ? []
        : [{ what: `${where} names other credentials`, actual: found.join(", ") }];
    }),
};
