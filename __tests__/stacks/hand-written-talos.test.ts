import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Hosting, SigningKey } from "../../modules/issuer";
import { Policies } from "../../modules/roles";
import { ClusterStack } from "../../stacks/cluster-stack";
import { synthesize } from "../support/synthesize";

/*
 * The hand-written Terraform of "Cross-Cloud Kubernetes Clusters with AWS IRSA and Talos Linux", block by
 * block, against the stack of the same cluster.
 */

const region = "us-east-1";
const oidc = {
  "oidc-client-id": "e26fa09975029af5f03fb8ac7e0127",
  "oidc-groups-claim": "groups",
  "oidc-issuer-url": "https://dex.example.com",
  "oidc-username-claim": "email",
};

const stack = JSON.parse(
  readFileSync(
    join(
      synthesize(
        (app) =>
          new ClusterStack(app, "adam", {
            region,
            issuer: {
              hosting: Hosting.s3VirtualHosted({ bucket: "some-bucket", region }),
              keys: [SigningKey.keptInSecretsManager("key")],
              secret: { name: "talos/adam" },
              tags: { Cluster: "adam" },
            },
            talos: {
              version: "1.12.4",
              kubernetesVersion: "1.34.1",
              domain: "your.domain.com",
              allowSchedulingOnControlPlanes: true,
              extraApiServerArgs: oidc,
              publishedJwksUri: true,
              aws: {
                vpcId: "vpc-0a1b2c3d",
                subnetIds: ["subnet-0a1b2c3d"],
                endpoint: { internal: false, allowedCidrs: ["0.0.0.0/0"] },
                controlPlane: { instanceType: "m5.2xlarge" },
              },
            },
            serviceAccountRoles: [
              { name: "irsa-test", serviceAccounts: ["kube-system/test"] },
              {
                name: "adam-csi",
                serviceAccounts: ["kube-system/ebs-csi-controller-sa"],
                policies: [Policies.ebsCsi()],
              },
            ],
          }),
      ),
      "stacks/adam/cdk.tf.json",
    ),
    "utf8",
  ),
) as Readonly<
  Record<"data" | "ephemeral" | "resource", Record<string, Record<string, Record<string, unknown>>>>
>;
const at = (kind: keyof typeof stack, type: string, name: string) => stack[kind][type]?.[name];

test.each([
  ["aws_lb", "kubernetes_api", { load_balancer_type: "network", internal: false }],
  ["aws_lb_listener", "kubernetes_api", { port: 6443, protocol: "TCP" }],
  [
    "aws_lb_target_group",
    "kubernetes_api",
    {
      port: 6443,
      protocol: "TCP",
      preserve_client_ip: "false",
      target_type: "instance",
      health_check: {
        protocol: "TCP",
        healthy_threshold: 2,
        unhealthy_threshold: 2,
        interval: 10,
        port: "6443",
      },
    },
  ],
  ["aws_iam_openid_connect_provider", "oidc", { client_id_list: ["sts.amazonaws.com"] }],
  ["aws_iam_role", "irsa-test", { name: "irsa-test" }],
  ["aws_iam_role", "adam-csi", { name: "adam-csi" }],
  ...[1, 2, 3].flatMap((number) => {
    const name = `control-plane-${number}`;
    return [
      [
        "aws_instance",
        name,
        {
          instance_type: "m5.2xlarge",
          ami: "${data.aws_ami.talos.id}",
          subnet_id: "subnet-0a1b2c3d",
        },
      ],
      ["aws_lb_target_group_attachment", name, { port: 6443 }],
      ["talos_machine_configuration_apply", name, { node: `\${aws_instance.${name}.private_ip}` }],
    ] as const;
  }),
  [
    "talos_machine_bootstrap",
    "cluster",
    {
      node: "${aws_instance.control-plane-1.private_ip}",
      depends_on: ["talos_machine_configuration_apply.control-plane-1"],
    },
  ],
] as const)("has the resource %s.%s, with the same arguments", (type, name, args) => {
  expect(at("resource", type, name)).toMatchObject(args);
});

test("finds Sidero Labs' image as it does", () => {
  expect(at("data", "aws_ami", "talos")).toMatchObject({
    owners: ["540036508848"],
    most_recent: true,
    filter: [{ name: "name", values: ["talos-v1.12.4-us-east-1-amd64"] }],
  });
});

test("configures the API server as it does, and a host name with the domain", () => {
  const text = JSON.stringify(stack);
  for (const [flag, value] of Object.entries(oidc))
    expect(text).toContain(`${flag}\\" = \\"${value}`);
  expect(text).toContain("allowSchedulingOnControlPlanes");
  expect(text).toContain("service-account-jwks-uri");
  expect(text).toContain("control-plane-1.your.domain.com");
});

describe("differs on purpose:", () => {
  test("secrets, machine configurations and the client's key are ephemeral, not in the state", () => {
    for (const type of ["machine_secrets", "machine_configuration", "client_configuration"]) {
      expect(stack.ephemeral).toHaveProperty(`talos_${type}`);
      expect(stack.resource).not.toHaveProperty(`talos_${type}`);
      expect(stack.data).not.toHaveProperty(`talos_${type}`);
    }
  });

  test("ports between machines are those that are used, not all", () => {
    expect(stack.resource).not.toHaveProperty("aws_security_group_rule");
    const rules = Object.values(stack.resource.aws_vpc_security_group_ingress_rule ?? {});
    expect(rules.map(({ ip_protocol: protocol }) => protocol)).not.toContain("-1");
  });

  test("disks are encrypted, and the metadata service asks for a token", () => {
    expect(at("resource", "aws_instance", "control-plane-1")).toMatchObject({
      root_block_device: { encrypted: true, volume_type: "gp3" },
      metadata_options: { http_tokens: "required" },
    });
  });

  test("the documents are published by Terraform, before a machine has a key", () => {
    expect(Object.keys(stack.resource.aws_s3_object ?? {})).toEqual([
      "keys_json",
      "openid-configuration",
    ]);
    expect(at("ephemeral", "aws_secretsmanager_secret_version", "signing_key")).toMatchObject({
      depends_on: ["aws_s3_object.keys_json", "aws_s3_object.openid-configuration"],
    });
  });

  test("the installer's image is named, and no disk: the machine has Talos on it", () => {
    const patches = JSON.stringify(stack.resource.talos_machine_configuration_apply);
    expect(patches).toContain("ghcr.io/siderolabs/installer:v1.12.4");
    expect(patches).not.toContain("/dev/");
  });
});
