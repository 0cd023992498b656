import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";

export const sessionDuration: DiagnosisRule = {
  code: "IRSA-DIAG-ROLE-SESSION-DURATION",
  link: "role",
  means: "A pod asks for a longer session than the role allows.",
  remedy: "Raise the role's maxSessionDuration, or ask for less.",
  answer:
    "ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  sources: [documentation.assumeRole],
  find: ({ roles = [], pods = [], sts }) => [
    ...roles.flatMap(({ arn, maxSessionDuration = Infinity }) =>
      pods.flatMap((pod) =>
        pod.containers
          .filter(({ env }) => env.AWS_ROLE_ARN === arn)
          .flatMap(({ name, env }) => {
            const asked = Number(
              env.AWS_ROLE_DURATION_SECONDS ?? env.AWS_ROLE_SESSION_DURATION ?? 0,
            );
            return asked > maxSessionDuration
              ? [
                  {
                    what: `container ${name} of ${pod.namespace}/${pod.name} asks for a longer session than its role allows`,
                    expected: `at most ${maxSessionDuration} s`,
                    actual: `${asked} s`,
                    remedy: `Set maxSessionDuration: ${asked} for ${arn} in irsa.yaml, or ask for ${maxSessionDuration} s.`,
                  },
                ]
              : [];
          }),
      ),
    ),
    ...(/DurationSeconds exceeds/i.test(sts?.message ?? "")
      ? [{ what: "STS refuses the session's duration", actual: sts?.message }]
      : []),
  ],
};
