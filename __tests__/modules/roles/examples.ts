import { TerraformVariable, type TerraformStack } from "cdktf";
import { type ServiceAccountRoleProps, Policies } from "../../../modules/roles";
import { issuer, providerArn } from "./support";

const { ebsCsi } = Policies;

/** A role as people make it by hand, and who may assume it. */
export interface Example {
  /** Names the golden file. */
  readonly name: string;
  readonly props: (stack: TerraformStack) => ServiceAccountRoleProps;
  /** The issuers by host path. */
  readonly clusters: readonly string[];
  /** What Terraform knows at apply. */
  readonly values?: Readonly<Record<string, string>>;
  /** The statements of its trust policy. */
  readonly trust: readonly object[];
  /** May assume it, with a token of any of the clusters. */
  readonly right: readonly string[];
  readonly wrong: readonly string[];
}

const action = "sts:AssumeRoleWithWebIdentity";
const homelab = "homelab-oidc.s3.us-east-1.amazonaws.com";
const homelabArn = `arn:aws:iam::111122223333:oidc-provider/${homelab}`;
const raw = "raw.githubusercontent.com/example/aws-pod-identity-webhook/main";
const rawArn = `arn:aws:iam::111122223333:oidc-provider/${raw}`;
const { issuerHostpath } = issuer;

/** The outputs of an issuer stack, known at apply. */
function issuerVariables(stack: TerraformStack) {
  const variable = (name: string) =>
    new TerraformVariable(stack, name, { type: "string" }).stringValue;
  return {
    issuerHostpath: variable("issuer_hostpath"),
    providerArn: variable("oidc_provider_arn"),
  };
}
const homelabValues = { "var.issuer_hostpath": homelab, "var.oidc_provider_arn": homelabArn };

export const examples: readonly Example[] = [
  {
    name: "s3-read-only",
    props: () => ({
      name: "s3-read-only",
      serviceAccounts: ["default/s3-read-only"],
      issuers: [issuer],
      managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
    }),
    clusters: [issuerHostpath],
    trust: [
      {
        Effect: "Allow",
        Principal: { Federated: providerArn },
        Action: action,
        Condition: {
          StringEquals: {
            [`${issuerHostpath}:aud`]: "sts.amazonaws.com",
            [`${issuerHostpath}:sub`]: "system:serviceaccount:default:s3-read-only",
          },
        },
      },
    ],
    right: ["default/s3-read-only"],
    wrong: ["default/s3-read-only2", "kube-system/s3-read-only", "default/default"],
  },
  {
    name: "irsa-test",
    props: (stack) => ({
      name: "irsa-test",
      serviceAccounts: ["kube-system/test"],
      issuers: [issuerVariables(stack)],
    }),
    clusters: [homelab],
    values: homelabValues,
    trust: [
      {
        Effect: "Allow",
        Principal: { Federated: homelabArn },
        Action: action,
        Condition: {
          StringEquals: {
            [`${homelab}:aud`]: "sts.amazonaws.com",
            [`${homelab}:sub`]: "system:serviceaccount:kube-system:test",
          },
        },
      },
    ],
    right: ["kube-system/test"],
    wrong: ["default/test", "kube-system/tests"],
  },
  {
    name: "ebs-csi",
    props: (stack) => ({
      name: "ebs-csi",
      serviceAccounts: ["kube-system/ebs-csi-controller-sa"],
      issuers: [issuerVariables(stack)],
      policies: [ebsCsi()],
    }),
    clusters: [homelab],
    values: homelabValues,
    trust: [
      {
        Effect: "Allow",
        Principal: { Federated: homelabArn },
        Action: action,
        Condition: {
          StringEquals: {
            [`${homelab}:aud`]: "sts.amazonaws.com",
            [`${homelab}:sub`]: "system:serviceaccount:kube-system:ebs-csi-controller-sa",
          },
        },
      },
    ],
    right: ["kube-system/ebs-csi-controller-sa"],
    wrong: ["kube-system/ebs-csi-node-sa", "default/ebs-csi-controller-sa"],
  },
  {
    name: "list-buckets",
    props: () => ({
      name: "list-buckets",
      serviceAccounts: ["test/list-buckets"],
      issuers: [{ issuerHostpath: raw, providerArn: rawArn }],
      inlineStatements: [{ actions: ["s3:ListAllMyBuckets"], resources: ["*"] }],
    }),
    clusters: [raw],
    trust: [
      {
        Effect: "Allow",
        Principal: { Federated: rawArn },
        Action: action,
        Condition: {
          StringEquals: {
            [`${raw}:aud`]: "sts.amazonaws.com",
            [`${raw}:sub`]: "system:serviceaccount:test:list-buckets",
          },
        },
      },
    ],
    right: ["test/list-buckets"],
    wrong: ["test/default", "list-buckets/test"],
  },
  {
    name: "namespaces",
    props: () => ({
      name: "s3-reader",
      serviceAccounts: ["default/my-serviceaccount", "observability/*", "team-?/reader"],
      issuers: [issuer],
      awsManagedPolicies: ["AmazonS3ReadOnlyAccess"],
    }),
    clusters: [issuerHostpath],
    trust: [
      {
        Effect: "Allow",
        Principal: { Federated: providerArn },
        Action: action,
        Condition: {
          StringEquals: {
            [`${issuerHostpath}:aud`]: "sts.amazonaws.com",
            [`${issuerHostpath}:sub`]: "system:serviceaccount:default:my-serviceaccount",
          },
        },
      },
      {
        Effect: "Allow",
        Principal: { Federated: providerArn },
        Action: action,
        Condition: {
          StringEquals: { [`${issuerHostpath}:aud`]: "sts.amazonaws.com" },
          StringLike: {
            [`${issuerHostpath}:sub`]: [
              "system:serviceaccount:observability:*",
              "system:serviceaccount:team-?:reader",
            ],
          },
        },
      },
    ],
    right: ["default/my-serviceaccount", "observability/grafana", "team-a/reader"],
    wrong: ["default/other", "observability2/grafana", "team-ab/reader", "team-a/writer"],
  },
  {
    name: "two-clusters",
    props: () => ({
      name: "uploader",
      serviceAccounts: ["media/uploader", "media/thumbnailer"],
      issuers: [issuer, { issuerHostpath: raw, providerArn: rawArn }],
      path: "/irsa/",
      description: "Uploads media",
      permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary",
      maxSessionDuration: 7200,
      tags: { team: "media" },
    }),
    clusters: [issuerHostpath, raw],
    trust: [
      [issuerHostpath, providerArn],
      [raw, rawArn],
    ].map(([path, arn]) => ({
      Effect: "Allow",
      Principal: { Federated: arn },
      Action: action,
      Condition: {
        StringEquals: {
          [`${path}:aud`]: "sts.amazonaws.com",
          [`${path}:sub`]: [
            "system:serviceaccount:media:uploader",
            "system:serviceaccount:media:thumbnailer",
          ],
        },
      },
    })),
    right: ["media/uploader", "media/thumbnailer"],
    wrong: ["media/default", "other/uploader"],
  },
];
