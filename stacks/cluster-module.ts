import { Token } from "cdktf";
import { type Hosting, type IssuerRoleProps, type SecretProps } from "../modules/issuer";
import { currentRegion, mergeTags, validateEach } from "../modules/synthesis";
import type { TalosAwsProps } from "../modules/talos";
import {
  amiIdRules,
  bucketNameRules,
  certificateArnRules,
  domainNameRules,
  issuerUrlRules,
  maxTags,
  type NameRule,
  parameterPathRules,
  secretNameRules,
  subnetIdRules,
  tagKeyRules,
  tagValueRules,
  vpcIdRules,
} from "../modules/validation";
import { ClusterStack, type ClusterStackProps } from "./cluster-stack";

type Tags = Readonly<Record<string, string>>;

/** More than a VPC has. */
const maxSubnets = 1000;

const rolePrefixRules: readonly NameRule[] = [
  {
    pattern: "^[A-Za-z0-9+=,.@_-]{0,63}$",
    must: "be at most 63 letters, digits and the characters +=,.@_-",
  },
];

/**
 * A {@link ClusterStack} as a Terraform module that further clusters can share: at the same addresses, with
 * variables for what differs from cluster to cluster, whose defaults are the cluster's values. The region
 * is that of the caller's provider.
 */
export class ClusterModule extends ClusterStack {
  protected override variableProps(props: ClusterStackProps): ClusterStackProps {
    const { issuer, serviceAccountRoles = [] } = props;
    const region = currentRegion(this).id;
    const isTagged = "hosting" in issuer || issuer.createProvider === true;
    const tags = isTagged || serviceAccountRoles.length > 0 ? this.tags(issuer.tags) : undefined;
    const variables = tags === undefined ? {} : { tags };
    return {
      ...props,
      region,
      issuer:
        "hosting" in issuer
          ? {
              ...issuer,
              ...variables,
              hosting: this.hosting(issuer.hosting),
              secret: this.secret(issuer.secret),
              parameterPath: this.parameterPath(props),
            }
          : {
              ...issuer,
              ...(isTagged ? variables : {}),
              issuerUrl: this.issuerUrl(issuer.issuerUrl),
            },
      ...(props.talos?.aws !== undefined && {
        talos: { ...props.talos, aws: this.network(props.talos.aws) },
      }),
      serviceAccountRoles: this.roles(serviceAccountRoles, issuer.tags, tags),
    };
  }

  private hosting(hosting: Hosting): Hosting {
    const { bucketName, domainName, certificateArn, issuerUrl } = hosting.place;
    // Among clusters that share a bucket, the name of a cluster's access control follows from the bucket's.
    const isShared = hosting.bucket?.prefix !== undefined;
    return hosting.at({
      bucketName:
        isShared || bucketName === undefined
          ? undefined
          : this.text(
              "bucket_name",
              "Name of the S3 bucket that publishes the OpenID discovery document and the JWKS.",
              bucketName,
              bucketNameRules,
            ),
      domainName:
        domainName &&
        this.text("domain_name", "Domain name of the issuer.", domainName, domainNameRules),
      certificateArn:
        certificateArn &&
        this.text(
          "certificate_arn",
          "ARN of the domain's certificate in ACM, in us-east-1.",
          certificateArn,
          certificateArnRules,
        ),
      issuerUrl: issuerUrl && this.issuerUrl(issuerUrl),
    });
  }

  private issuerUrl(value: string): string {
    const description = "Issuer URL: service-account-issuer of the cluster's API server.";
    return this.text("issuer_url", description, value, issuerUrlRules);
  }

  private secret(secret: SecretProps | "none" | undefined): SecretProps | "none" | undefined {
    if (secret === undefined || secret === "none") return secret;
    const description =
      "Name of the secret that holds the private signing key, or what the names of several begin with.";
    return { ...secret, name: this.text("secret_name", description, secret.name, secretNameRules) };
  }

  /** Only of keys that are in Secrets Manager alone. */
  private parameterPath({ issuer }: ClusterStackProps): string | undefined {
    if (!("hosting" in issuer)) return undefined;
    const relayed = ["secrets-manager", "existing-secret"];
    if (!(issuer.keys ?? []).some(({ source }) => relayed.includes(source))) return undefined;
    return this.text(
      "parameter_path",
      "What the names of the SSM parameters begin with through which Terraform takes public keys.",
      issuer.parameterPath ?? `/self-hosted-irsa/${this.node.id}`,
      parameterPathRules,
    );
  }

  /** Where the machines are, and the image of new ones. */
  private network(aws: TalosAwsProps): TalosAwsProps {
    const { endpoint, workerGroups } = aws;
    return {
      ...aws,
      vpcId: this.text("vpc_id", "The VPC of the machines.", aws.vpcId, vpcIdRules),
      subnetIds: this.subnets("subnet_ids", "Subnets of the machines.", aws.subnetIds),
      amiId: aws.amiId && this.text("ami_id", "The image of new machines.", aws.amiId, amiIdRules),
      endpoint: endpoint && {
        ...endpoint,
        subnetIds:
          endpoint.subnetIds &&
          this.subnets(
            "endpoint_subnet_ids",
            "Subnets of the Kubernetes API's load balancer.",
            endpoint.subnetIds,
          ),
      },
      workerGroups: workerGroups?.map((group) => ({
        ...group,
        subnetIds:
          group.subnetIds &&
          this.subnets(
            `subnet_ids_of_${group.name.replaceAll("-", "_")}`,
            `Subnets of the workers ${group.name}.`,
            group.subnetIds,
          ),
      })),
    };
  }

  private subnets(name: string, description: string, value: readonly string[]): readonly string[] {
    const subnets = this.variable(name, { type: "list(string)", description, default: value });
    subnets.addValidation({
      condition: `\${length(var.${name}) > 0}`,
      errorMessage: `${name} must name a subnet.`,
    });
    validateEach(subnets, maxSubnets, { entry: subnetIdRules });
    return subnets.listValue;
  }

  private tags(value: Tags = {}): Tags {
    const tags = this.variable("tags", {
      type: "map(string)",
      description: "Tags of everything that can have some.",
      default: value,
    });
    validateEach(tags, maxTags, { key: tagKeyRules, value: tagValueRules });
    return Token.asStringMap(tags.value);
  }

  private roles(
    roles: readonly IssuerRoleProps[],
    shared: Tags = {},
    tags: Tags | undefined,
  ): readonly IssuerRoleProps[] {
    if (roles.length === 0) return roles;
    const prefix = this.text(
      "role_name_prefix",
      "What the names of the roles begin with: a second cluster in the account needs one of its own.",
      "",
      rolePrefixRules,
    );
    return roles.map((role) => {
      const own = Object.entries(role.tags ?? {}).filter(([key, value]) => shared[key] !== value);
      const all = own.length === 0 ? tags : mergeTags(tags, Object.fromEntries(own));
      return {
        ...role,
        roleName: `${prefix}${role.roleName ?? role.name}`,
        tags: all,
      };
    });
  }

  private text(
    name: string,
    description: string,
    value: string,
    rules: readonly NameRule[],
  ): string {
    return this.variable(name, { type: "string", description, default: value }, rules).stringValue;
  }
}
