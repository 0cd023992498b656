import type { DiagnosisRule } from "../rule";
import { issuerDefault } from "./api-server/issuer-default";
import { issuerForm } from "./api-server/issuer-form";
import { issuerOrder } from "./api-server/issuer-order";
import { issuerOther } from "./api-server/issuer-other";
import { issuersDiffer } from "./api-server/issuers-differ";
import { keysDiffer } from "./api-server/keys-differ";
import { cacheHeaders } from "./documents/cache-headers";
import { certificateExpired } from "./documents/certificate-expired";
import { certificateHost } from "./documents/certificate-host";
import { contentType } from "./documents/content-type";
import { intendedKeys } from "./documents/intended-keys";
import { issuerUrl } from "./documents/issuer-url";
import { keyUnsound } from "./documents/key-unsound";
import { keysNotPublished } from "./documents/keys-not-published";
import { keysNotUsed } from "./documents/keys-not-used";
import { members } from "./documents/members";
import { noKeys } from "./documents/no-keys";
import { notFound } from "./documents/not-found";
import { notPublic } from "./documents/not-public";
import { privateCa } from "./documents/private-ca";
import { privateKey } from "./documents/private-key";
import { redirect } from "./documents/redirect";
import { repeatedKid } from "./documents/repeated-kid";
import { slow } from "./documents/slow";
import { status } from "./documents/status";
import { tooManyKeys } from "./documents/too-many-keys";
import { documentRules } from "./documents/trust";
import { unreachable } from "./documents/unreachable";
import { providerAccount } from "./identity-provider/account";
import { providerAudience } from "./identity-provider/audience";
import { dummyThumbprint } from "./identity-provider/dummy-thumbprint";
import { providerMissing } from "./identity-provider/missing";
import { thumbprint } from "./identity-provider/thumbprint";
import { providerUrl } from "./identity-provider/url";
import { containerWithoutRole } from "./pod/container-without-role";
import { hostNetwork } from "./pod/host-network";
import { legacyEndpoint } from "./pod/legacy-endpoint";
import { podNotMutated } from "./pod/not-mutated";
import { otherServiceAccount } from "./pod/other-service-account";
import { profile } from "./pod/profile";
import { podRegion } from "./pod/region";
import { skippedContainer } from "./pod/skipped-container";
import { podAudience } from "./pod/stale-audience";
import { staleRole } from "./pod/stale-role";
import { staticKeys } from "./pod/static-keys";
import { staticKeysSuspected } from "./pod/static-keys-suspected";
import { stsEndpoint } from "./pod/sts-endpoint";
import { tokenNotMounted } from "./pod/token-not-mounted";
import { tokenPermission } from "./pod/token-permission";
import { roleMissing } from "./role/missing";
import { noAudience } from "./role/no-audience";
import { noSubject } from "./role/no-subject";
import { sessionDuration } from "./role/session-duration";
import { severalRoles } from "./role/several-roles";
import { roleRules } from "./role/trust";
import { annotationMissing } from "./service-account/annotation-missing";
import { annotationOnPod } from "./service-account/annotation-on-pod";
import { annotationPrefix } from "./service-account/annotation-prefix";
import { annotationTypo } from "./service-account/annotation-typo";
import { annotatedAudience } from "./service-account/audience";
import { serviceAccountMissing } from "./service-account/missing";
import { roleAccount } from "./service-account/role-account";
import { roleArnForm } from "./service-account/role-arn";
import { roleOther } from "./service-account/role-other";
import { rolePartition } from "./service-account/role-partition";
import { tokenExpiration } from "./service-account/token-expiration";
import { organizationPolicy } from "./sts/organization-policy";
import { stsRefused } from "./sts/refused";
import { clockAhead } from "./token/clock-ahead";
import { clockBehind } from "./token/clock-behind";
import { clockHere } from "./token/clock-here";
import { legacyToken } from "./token/legacy";
import { tokenRules } from "./token/trust";
import { webhookAudience } from "./webhook/audience";
import { authorityForeign } from "./webhook/authority-foreign";
import { authorityMissing } from "./webhook/authority-missing";
import { webhookCertificateExpired } from "./webhook/certificate-expired";
import { crashing } from "./webhook/crashing";
import { webhookExpiration } from "./webhook/expiration";
import { failurePolicy } from "./webhook/failure-policy";
import { webhookMissing } from "./webhook/missing";
import { namespaceExcluded } from "./webhook/namespace-excluded";
import { noEndpoints } from "./webhook/no-endpoints";
import { notMutating } from "./webhook/not-mutating";
import { notReady } from "./webhook/not-ready";
import { objectExcluded } from "./webhook/object-excluded";
import { webhookRefused } from "./webhook/refused";
import { webhookRegion } from "./webhook/region";

/** All rules, in the order of the chain; within a link a cause comes before its consequences. */
export const rules: readonly DiagnosisRule[] = [
  issuerForm,
  issuerOrder,
  issuerDefault,
  issuerOther,
  issuersDiffer,
  keysDiffer,
  issuerUrl,
  unreachable,
  certificateExpired,
  certificateHost,
  privateCa,
  notPublic,
  notFound,
  redirect,
  status,
  privateKey,
  noKeys,
  ...documentRules,
  keyUnsound,
  members,
  tooManyKeys,
  repeatedKid,
  keysNotPublished,
  slow,
  cacheHeaders,
  intendedKeys,
  keysNotUsed,
  contentType,
  providerAccount,
  providerUrl,
  providerMissing,
  providerAudience,
  thumbprint,
  dummyThumbprint,
  legacyToken,
  clockAhead,
  ...tokenRules,
  clockBehind,
  clockHere,
  roleMissing,
  sessionDuration,
  ...roleRules,
  noSubject,
  noAudience,
  severalRoles,
  serviceAccountMissing,
  annotationPrefix,
  annotationTypo,
  annotationOnPod,
  annotationMissing,
  roleArnForm,
  rolePartition,
  roleAccount,
  annotatedAudience,
  roleOther,
  tokenExpiration,
  webhookMissing,
  namespaceExcluded,
  objectExcluded,
  crashing,
  notReady,
  noEndpoints,
  authorityMissing,
  authorityForeign,
  webhookCertificateExpired,
  webhookRefused,
  notMutating,
  webhookAudience,
  webhookRegion,
  webhookExpiration,
  failurePolicy,
  otherServiceAccount,
  podNotMutated,
  staleRole,
  podAudience,
  staticKeys,
  tokenNotMounted,
  tokenPermission,
  podRegion,
  legacyEndpoint,
  staticKeysSuspected,
  profile,
  stsEndpoint,
  containerWithoutRole,
  skippedContainer,
  hostNetwork,
  organizationPolicy,
  stsRefused,
];
