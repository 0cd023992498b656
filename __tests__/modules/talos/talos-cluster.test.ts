import { Hosting, SigningKey } from "../../../modules/issuer";
import type { TalosClusterSettings } from "../../../modules/talos";
import { ClusterStack, type ClusterStackProps } from "../../../stacks/cluster-stack";
import { appInTemporaryDirectory } from "../../support/synthesize";

type Blocks = Readonly<Record<string, Readonly<Record<string, Block>>>>;

interface Block {
  readonly config_patches?: readonly string[];
  readonly tags?: object;
  readonly [argument: string]: unknown;
}

const region = "eu-central-1";
const aws = {
  vpcId: "vpc-0a1b2c3d",
  subnetIds: ["subnet-0a1b2c3d"],
  controlPlane: { count: 1 },
  workerGroups: [{ name: "general", count: 1 }],
};

function make(
  talos: Partial<TalosClusterSettings>,
  props: Partial<ClusterStackProps> = {},
): Blocks {
  const stack = new ClusterStack(appInTemporaryDirectory(), "prod", {
    region,
    issuer: {
      hosting: Hosting.s3VirtualHosted({ bucket: "acme-oidc", region }),
      keys: [SigningKey.keptInSecretsManager("key")],
      secret: { name: "talos/prod" },
    },
    talos: { version: "1.13.2", ...talos },
    ...props,
  });
  return (stack.toTerraform() as { resource: Blocks }).resource;
}

describe("nodes that wait for the AWS cloud controller manager", () => {
  const tag = { "kubernetes.io/cluster/prod": "owned" };
  const resources = make({ aws: { ...aws, externalCloudProvider: true } });

  test.each(["control-plane-1", "general-1"])("have the ID of their instance: %s", (name) => {
    const [patch] = (
      resources.talos_machine_configuration_apply?.[name]?.config_patches ?? []
    ).filter((text) => text.includes("provider-id"));
    const instance = `aws_instance.${name}`;
    expect(patch).toContain(
      `"provider-id" = join("/", ["aws://", ${instance}.availability_zone, ${instance}.id])`,
    );
    expect(patch).toContain('"externalCloudProvider" = {"enabled" = true}');
  });

  test("are found by the tag of their cluster, which one security group of each machine has", () => {
    for (const instance of Object.values(resources.aws_instance ?? {})) {
      expect(instance.tags).toMatchObject(tag);
    }
    const groups = Object.entries(resources.aws_security_group ?? {});
    const tagged = groups.filter(([, { tags }]) => Object.keys(tags ?? {}).length > 1);
    expect(tagged.map(([name]) => name)).toEqual(["machines"]);
    expect(tagged[0]?.[1].tags).toMatchObject(tag);
  });

  test("are not those of other clusters", () => {
    const text = JSON.stringify(make({ aws }));
    for (const part of ["provider-id", "externalCloudProvider", "kubernetes.io/cluster"]) {
      expect(text).not.toContain(part);
    }
  });
});
