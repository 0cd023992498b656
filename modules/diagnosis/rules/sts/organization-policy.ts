import { assumptionsOf, isAllowed } from "../../assumptions";
import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const organizationPolicy: DiagnosisRule = {
  code: "IRSA-DIAG-STS-ORGANIZATION-POLICY",
  link: "sts",
  means:
    "STS refuses although the trust policy allows it: a service control policy or resource control policy of the organization is the likely cause.",
  remedy: "Ask who manages the organization's policies.",
  answer: "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
  sources: [
    documentation.organizations,
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html",
  ],
  find: (facts) => {
    const { sts } = facts;
    const isExplained = !assumptionsOf(facts).some(
      (assumption) => assumption.roleArn === sts?.roleArn && isAllowed(assumption, facts) === true,
    );
    return when(sts?.isAllowed === false && sts.code === "AccessDenied" && !isExplained, {
      what: `STS refuses ${sts?.roleArn} although its trust policy allows it`,
      expected: "credentials",
      actual: `${sts?.code}: ${sts?.message ?? ""}`,
      remedy: `Ask who manages the organization's policies for what applies to account ${sts?.roleArn.split(":")[4]}: \`aws organizations list-policies-for-target --target-id ${sts?.roleArn.split(":")[4]} --filter SERVICE_CONTROL_POLICY\`.`,
    });
  },
};
