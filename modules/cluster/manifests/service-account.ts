import { annotationPrefixRules, assertValid, checkText } from "../../validation";
import { defaultAnnotationPrefix } from "../constants";
import { type RoleBinding, roleBindingViolations } from "../add-ons/webhook-map";

/** A ServiceAccount with its role in annotations. */
export interface ServiceAccountProps extends RoleBinding {
  /**
   * Prefix of the annotations, as the webhook was installed with.
   * @default "eks.amazonaws.com"
   */
  readonly annotationPrefix?: string;
}

/**
 * A ServiceAccount whose pods get the role from the webhook. The webhook's own configuration decides what is left out.
 *
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough the webhook's annotations}
 *
 * @example
 * formatYaml(
 *   buildServiceAccount({
 *     namespace: "reports",
 *     serviceAccountName: "writer",
 *     roleArn: "arn:aws:iam::111122223333:role/prod-reports",
 *   }),
 * );
 */
export function buildServiceAccount(props: ServiceAccountProps): object {
  const { annotationPrefix = defaultAnnotationPrefix } = props;
  assertValid([
    ...roleBindingViolations(props),
    ...checkText(["annotationPrefix"], annotationPrefix, annotationPrefixRules),
  ]);
  const annotations = {
    "role-arn": props.roleArn,
    audience: props.audience,
    "sts-regional-endpoints": props.stsRegionalEndpoints?.toString(),
    "token-expiration": props.tokenExpiration?.toString(),
  };
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      name: props.serviceAccountName,
      namespace: props.namespace,
      annotations: Object.fromEntries(
        Object.entries(annotations)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => [`${annotationPrefix}/${name}`, value]),
      ),
    },
  };
}
