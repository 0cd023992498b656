import {
  assertValid,
  audienceRules,
  checkRegion,
  checkRange,
  checkText,
  roleArnRules,
  tokenExpirationRule,
  type Violation,
} from "../../validation";
import { defaultTokenExpiration, stsAudience, tokenMountPath } from "../constants";

/** What a pod needs to assume a role on its own. */
export interface PodCredentialsProps {
  readonly roleArn: string;
  readonly region: string;
  /**
   * Whether the region is newer than this release, and named on purpose.
   * @default false
   */
  readonly skipRegionValidation?: boolean;
  /** @default "sts.amazonaws.com" */
  readonly audience?: string;
  /** @default true */
  readonly stsRegionalEndpoints?: boolean;
  /**
   * Lifetime of the token in seconds, from 600 to 86400.
   * @default 86400
   */
  readonly tokenExpiration?: number;
}

/** What the webhook would write into a pod. */
export interface PodCredentials {
  /** For each container. */
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** For each container. */
  readonly volumeMounts: readonly object[];
  /** For the pod. */
  readonly volumes: readonly object[];
}

const volumeName = "aws-iam-token";

/**
 * Token and environment of a role, for a pod in a cluster or namespace without the webhook. The pod
 * must set `securityContext.fsGroup` or run as one user, so that the user may read the token.
 *
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken projected volume}
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html the variables}
 *
 * @example
 * const { env, volumes, volumeMounts } = buildPodCredentials({
 *   region: "eu-central-1",
 *   roleArn: "arn:aws:iam::111122223333:role/prod-reports",
 * });
 */
export function buildPodCredentials(props: PodCredentialsProps): PodCredentials {
  const { roleArn, region, audience = stsAudience } = props;
  const { tokenExpiration = defaultTokenExpiration } = props;
  assertValid(podCredentialsViolations(props));
  return {
    env: [
      { name: "AWS_REGION", value: region },
      { name: "AWS_DEFAULT_REGION", value: region },
      { name: "AWS_ROLE_ARN", value: roleArn },
      { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: `${tokenMountPath}/token` },
      ...(props.stsRegionalEndpoints === false
        ? []
        : [{ name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" }]),
    ],
    volumeMounts: [{ name: volumeName, mountPath: tokenMountPath, readOnly: true }],
    volumes: [
      {
        name: volumeName,
        projected: {
          sources: [
            {
              serviceAccountToken: { audience, expirationSeconds: tokenExpiration, path: "token" },
            },
          ],
        },
      },
    ],
  };
}

/** What is wrong with a role, and with the token by which a pod assumes it. */
export function podCredentialsViolations(props: PodCredentialsProps): Violation[] {
  const { audience = stsAudience, tokenExpiration = defaultTokenExpiration } = props;
  return [
    ...checkText(["roleArn"], props.roleArn, roleArnRules),
    ...checkRegion(["region"], props.region, props.skipRegionValidation),
    ...checkText(["audience"], audience, audienceRules),
    ...checkRange(["tokenExpiration"], tokenExpiration, tokenExpirationRule),
  ];
}
