import type { DiagnosisRule } from "../rule";
import { issuerDefault } from "./api-server/issuer-default";
import { issuerForm } from "./api-server/issuer-form";
import { issuerOrder } from "./api-server/issuer-order";
import { issuerOther } from "./api-server/issuer-other";
import { issuersDiffer } from "./api-server/issuers-differ";
import { keysDiffer } from "./api-server/keys-differ";
import { notFound } from "./documents/not-found";
import { notPublic } from "./documents/not-public";
import { documentRules } from "./documents/trust";
import { providerMissing } from "./identity-provider/missing";
import { providerUrl } from "./identity-provider/url";
import { podNotMutated } from "./pod/not-mutated";
import { roleMissing } from "./role/missing";
import { roleRules } from "./role/trust";
import { annotationMissing } from "./service-account/annotation-missing";
import { tokenRules } from "./token/trust";
import { webhookMissing } from "./webhook/missing";

/** All rules, in the order of the chain; within a link a cause comes before its consequences. */
export const rules: readonly DiagnosisRule[] = [
  issuerForm,
  issuerOrder,
  issuerDefault,
  issuerOther,
  issuersDiffer,
  keysDiffer,
  notPublic,
  notFound,
  ...documentRules,
  providerMissing,
  providerUrl,
  ...tokenRules,
  roleMissing,
  ...roleRules,
  annotationMissing,
  webhookMissing,
  podNotMutated,
];
