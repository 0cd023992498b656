import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Annotations, Fn, Op, type Precondition, Token } from "cdktf";
import { Construct } from "constructs";
import { hasWildcard } from "../iam/wildcard";
import {
  addressed,
  currentCallerIdentity,
  currentPartition,
  isTaken,
  local,
  preconditions,
} from "../synthesis";
import {
  assertValid,
  checkText,
  formatFinding,
  policyArnRules,
  policyNameRules,
  roleNameRules,
  type Violation,
} from "../validation";
import {
  checkStatements,
  type PolicyStatement,
  terraformStatement,
  type TrustStatement,
} from "./policy-document";
import { type PlannedPolicy, rolePlan, type RolePlan, terraformName } from "./role-plan";
import type { ServiceAccountRoleProps } from "./role-props";
import {
  defaultQuotas,
  planViolations,
  policyLimits,
  propsViolations,
  totalLength,
} from "./role-violations";
import { roleWarnings } from "./role-warnings";
import { isMappable } from "./service-accounts";
import { audiencesOf, type RoleAccount } from "./trust-policy";

/** What the map of the pod identity webhook says of a ServiceAccount, in its own terms. */
export interface WebhookMapEntry {
  readonly RoleARN: string;
  readonly Audience: string;
  readonly UseRegionalSTS: boolean;
}

/** A ServiceAccount that may assume the role, for its manifest. */
export interface AnnotatedServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * An IAM role for ServiceAccounts: a trust policy that lets these and no others assume it, and the
 * permissions that their pods need. Works with an issuer of this project as with any other.
 *
 * Terraform addresses follow the role's name: `aws_iam_role.NAME`,
 * `aws_iam_role_policy_attachment.NAME_POLICY`, `aws_iam_role_policy.NAME_POLICY`.
 *
 * @throws {InvalidPropsError} what is known at synthesis breaks a rule; nothing has been made
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html IAM and AWS STS quotas}
 *
 * @example
 * new ServiceAccountRole(this, "ebs-csi", {
 *   name: "ebs-csi",
 *   serviceAccounts: ["kube-system/ebs-csi-controller-sa"],
 *   issuers: issuer.trustedIssuers,
 *   policies: [Policies.ebsCsi()],
 * });
 */
export class ServiceAccountRole extends Construct {
  /** The name that Terraform addresses follow. */
  readonly name: string;
  /** The ARN of the role. */
  readonly roleArn: string;
  /** The name of the role in IAM. */
  readonly roleName: string;
  /** The role itself. */
  readonly role: IamRole;
  /** The annotations of a ServiceAccount that is to have the role, for the first issuer's audience. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The ServiceAccounts that are named without wildcards, as their manifests have them. */
  readonly serviceAccounts: readonly AnnotatedServiceAccount[];
  /**
   * The entries for the webhook's map, instead of annotations: `NAMESPACE/NAME` and, the one wildcard
   * that the webhook understands, `*` for every namespace.
   */
  readonly webhookMap: Readonly<Record<string, WebhookMapEntry>>;

  private readonly props: ServiceAccountRoleProps;
  private readonly address: string;
  private nameLocal: string | undefined;

  constructor(scope: Construct, id: string, props: ServiceAccountRoleProps) {
    super(scope, id);
    const checked = rolePlan(props);
    assertValid([...propsViolations(props), ...planViolations(this, props, checked)], this);

    this.props = props;
    this.name = props.name;
    this.address = terraformName(props.name);
    const plan = props.additionalTrustedPrincipals?.length
      ? rolePlan(props, this.account())
      : checked;
    for (const finding of roleWarnings(props)) {
      Annotations.of(this).addWarning(formatFinding(finding));
    }
    this.role = this.makeRole(plan);
    this.roleArn = this.role.arn;
    this.roleName = this.role.name;
    this.attachPolicies(plan);

    const audience = firstAudience(props);
    this.annotations = annotations(this.roleArn, audience);
    this.serviceAccounts = props.serviceAccounts
      .filter((entry) => isMappable(entry) && !hasWildcard(entry))
      .map((entry) => ({ ...parts(entry), annotations: this.annotations }));
    this.webhookMap = Object.fromEntries(
      props.serviceAccounts
        .filter(isMappable)
        .map((entry) => [
          entry,
          { RoleARN: this.roleArn, Audience: audience, UseRegionalSTS: true },
        ]),
    );
  }

  /**
   * Attaches a managed policy.
   *
   * @param id names the Terraform resource, after the role's name
   * @param policyArn its ARN, known or a token
   * @throws {InvalidPropsError} the id has been used for another policy of the role, or is none
   *
   * @example
   * role.addManagedPolicy("read-only", "arn:aws:iam::aws:policy/ReadOnlyAccess");
   */
  addManagedPolicy(id: string, policyArn: string): IamRolePolicyAttachment {
    assertValid(
      [
        ...this.idViolations(id, "aws_iam_role_policy_attachment"),
        ...checkText(["policyArn"], policyArn, policyArnRules),
      ],
      this,
    );
    return this.attach(id, policyArn);
  }

  /**
   * Adds an inline policy.
   *
   * @param id names the policy, and the Terraform resource after the role's name
   * @param statements what it allows or denies
   * @throws {InvalidPropsError} a statement violates a rule, or the id has been used or is none
   *
   * @example
   * role.addPolicy("reports", [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::reports/*"] }]);
   */
  addPolicy(id: string, statements: readonly PolicyStatement[]): IamRolePolicy {
    assertValid(
      [
        ...this.idViolations(id, "aws_iam_role_policy"),
        ...(statements.length === 0
          ? [{ path: ["statements"], rule: "must have at least one entry", given: statements }]
          : checkStatements(["statements"], statements)),
      ],
      this,
    );
    for (const finding of roleWarnings({ serviceAccounts: [], inlineStatements: statements })) {
      Annotations.of(this).addWarning(formatFinding(finding));
    }
    const address = this.addressOf(id);
    const document = this.makeDocument(`document-${id}`, address, statements);
    const policy = { name: id, role: this.roleName, policy: document.json };
    return addressed(new IamRolePolicy(this, `inline-${id}`, policy), address);
  }

  private idViolations(id: string, type: string): Violation[] {
    const address = `${type}.${this.addressOf(id)}`;
    const isUsed = this.node.children.some(
      (child) => child.node.id === `attachment-${id}` || child.node.id === `inline-${id}`,
    );
    return [
      ...checkText(["id"], id, policyNameRules),
      ...(isUsed || isTaken(this, address)
        ? [{ path: ["id"], rule: "must be the name of no other policy of the role", given: id }]
        : []),
    ];
  }

  private account(): RoleAccount {
    const { path = "/" } = this.props;
    return {
      partition: currentPartition(this).partition,
      accountId: currentCallerIdentity(this).accountId,
      role: `${path}${this.iamName()}`,
    };
  }

  private makeRole(plan: RolePlan): IamRole {
    const { props } = this;
    const name = this.iamName();
    const trust = this.makeDocument("trust", this.address, plan.trust);
    const { maxTrustPolicyLength = defaultQuotas.trustPolicyLength } = props;
    const precondition = [
      ...preconditions("roleName", name, roleNameRules),
      ...(!plan.trustLength.isExact
        ? [fits("The trust policy", [trust], maxTrustPolicyLength)]
        : []),
    ];
    const { description, path, permissionsBoundary, maxSessionDuration } = props;
    return addressed(
      new IamRole(this, "role", {
        name,
        description,
        path,
        permissionsBoundary,
        maxSessionDuration,
        tags: props.tags && { ...props.tags },
        assumeRolePolicy: trust.json,
        lifecycle: precondition.length > 0 ? { precondition } : undefined,
      }),
      this.address,
    );
  }

  /** Through a local value when Terraform alone knows it, so that the preconditions can ask for it. */
  private iamName(): string {
    const { roleName = this.props.name } = this.props;
    if (!Token.isUnresolved(roleName)) return roleName;
    this.nameLocal ??= local(this, `${this.address}_role_name`, roleName);
    return this.nameLocal;
  }

  private attachPolicies({ inline, standalone, attachments }: RolePlan): void {
    const documents = inline.map((policy) => this.makePolicyDocument(policy));
    const unknown = !totalLength(inline).isExact;
    for (const [index, { name }] of inline.entries()) {
      addressed(
        new IamRolePolicy(this, `inline-${name}`, {
          name,
          role: this.roleName,
          policy: documents[index]?.json ?? "",
          lifecycle: unknown
            ? {
                precondition: [
                  fits("All inline policies of the role together", documents, policyLimits.inline),
                ],
              }
            : undefined,
        }),
        this.addressOf(name),
      );
    }
    for (const policy of standalone) this.attach(policy.name, this.makeManagedPolicy(policy).arn);
    for (const { name = "", arn } of attachments) {
      this.attach(
        name,
        arn(() => currentPartition(this).partition),
      );
    }
  }

  private makeManagedPolicy(policy: PlannedPolicy): IamPolicy {
    const document = this.makePolicyDocument(policy);
    return addressed(
      new IamPolicy(this, `policy-${policy.name}`, {
        name: `${this.roleName}-${policy.name}`,
        path: this.props.path,
        tags: this.props.tags && { ...this.props.tags },
        policy: document.json,
        lifecycle: !policy.length.isExact
          ? { precondition: [fits(`Policy ${policy.name}`, [document], policyLimits.standalone)] }
          : undefined,
      }),
      this.addressOf(policy.name),
    );
  }

  private attach(name: string, policyArn: string): IamRolePolicyAttachment {
    return addressed(
      new IamRolePolicyAttachment(this, `attachment-${name}`, { role: this.roleName, policyArn }),
      this.addressOf(name),
    );
  }

  private makePolicyDocument({ name, statements }: PlannedPolicy): DataAwsIamPolicyDocument {
    const partition = statements.length > 0 ? currentPartition(this).partition : "";
    return this.makeDocument(`document-${name}`, this.addressOf(name), statements(partition));
  }

  private makeDocument(
    id: string,
    address: string,
    statements: readonly (PolicyStatement | TrustStatement)[],
  ): DataAwsIamPolicyDocument {
    return addressed(
      new DataAwsIamPolicyDocument(this, id, { statement: statements.map(terraformStatement) }),
      address,
    );
  }

  private addressOf(policy: string): string {
    return terraformName(this.props.name, policy);
  }
}

/** IAM does not count white space, and so counts what the data source calls minified. */
function fits(
  what: string,
  documents: readonly DataAwsIamPolicyDocument[],
  limit: number,
): Precondition {
  const texts = documents.map(({ minifiedJson }) => minifiedJson);
  return {
    condition: Op.lte(Fn.lengthOf(texts.length === 1 ? texts[0] : Fn.join("", texts)), limit),
    errorMessage: `${what} must have at most ${limit} characters.`,
  };
}

function firstAudience({ issuers: [first], ...props }: ServiceAccountRoleProps): string {
  const audiences = props.audiences ?? (first === undefined ? [] : audiencesOf(first));
  return Token.isUnresolved(audiences)
    ? Token.asString(Fn.element(audiences, 0))
    : (audiences[0] ?? "");
}

function parts(entry: string): { namespace: string; name: string } {
  const [namespace = "", name = ""] = entry.split("/");
  return { namespace, name };
}

function annotations(roleArn: string, audience: string): Record<string, string> {
  return {
    "eks.amazonaws.com/role-arn": roleArn,
    "eks.amazonaws.com/sts-regional-endpoints": "true",
    ...(audience === "sts.amazonaws.com" ? {} : { "eks.amazonaws.com/audience": audience }),
  };
}
