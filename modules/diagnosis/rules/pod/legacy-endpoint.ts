import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { containersWithRole, hasRole } from "./containers";

export const legacyEndpoint: DiagnosisRule = {
  code: "IRSA-DIAG-POD-GLOBAL-STS",
  link: "pod",
  means: "A container calls the global endpoint of STS, which is one of the partition aws alone.",
  remedy: "Set AWS_STS_REGIONAL_ENDPOINTS to regional.",
  answer: "InvalidIdentityToken or ValidationError: Request ARN is invalid",
  sources: [documentation.regionalEndpoints],
  find: (facts) =>
    containersWithRole(facts)
      .filter(hasRole)
      .filter(
        ({ container: { env } }) =>
          env.AWS_STS_REGIONAL_ENDPOINTS === "legacy" &&
          !String(env.AWS_ROLE_ARN).startsWith("arn:aws:"),
      )
      .map(({ where }) => ({
        what: `${where} calls the global endpoint of STS, which does not know its role`,
        expected: "AWS_STS_REGIONAL_ENDPOINTS=regional",
        actual: "AWS_STS_REGIONAL_ENDPOINTS=legacy",
        remedy:
          "Set config.stsRegionalEndpoint: true in the webhook's values, or the annotation sts-regional-endpoints to true, then make the pods anew.",
      })),
};
