import type { DiagnosisRule } from "../../rule";
import { containersWithRole, hasRole } from "./containers";

export const stsEndpoint: DiagnosisRule = {
  code: "IRSA-DIAG-POD-STS-ENDPOINT",
  link: "pod",
  severity: "warning",
  means:
    "A container calls another endpoint in place of STS, such as that of an emulator or of another object store.",
  remedy: "Remove AWS_ENDPOINT_URL, or set it for the one service: AWS_ENDPOINT_URL_S3.",
  sources: ["https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html"],
  find: (facts) =>
    containersWithRole(facts)
      .filter(hasRole)
      .flatMap(({ where, container: { env } }) => {
        const name = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"].find(
          (one) => env[one] !== undefined,
        );
        const value = name === undefined ? undefined : env[name];
        return name === undefined || /sts[.-][^/]*amazonaws/.test(String(value))
          ? []
          : [
              {
                what: `${where} calls another endpoint in place of STS`,
                expected: "the endpoint of the region",
                actual: `${name}${typeof value === "string" ? `=${value}` : ""}`,
              },
            ];
      }),
};
