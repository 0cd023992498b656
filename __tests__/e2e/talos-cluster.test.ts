import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import { Hosting, SigningKey } from "../../modules/issuer";
import type { TalosAwsProps, TalosClusterSettings } from "../../modules/talos";
import { LocalCloud } from "../../sandbox/local-cloud";
import { synthesize } from "../../sandbox/synthesize";
import { TalosNode } from "../../sandbox/talos-node";
import type { ChangeOptions, Terraform } from "../../sandbox/terraform-runner";
import { ClusterStack } from "../../stacks/cluster-stack";
import { describeWith } from "./support/describe-with";
import { secretKeyId, publishedKeyIds } from "./support/issuer";

const region = "us-east-1";

/** The stack of a cluster, with what Terraform does to the machines themselves or without it. */
function stackOf(talos: TalosClusterSettings, options = { configures: true }): string {
  const directory = synthesize(
    (app) =>
      new ClusterStack(app, "prod", {
        region,
        issuer: {
          hosting: Hosting.s3VirtualHosted({ bucket: "acme-prod-oidc", region }),
          keys: [SigningKey.keptInSecretsManager("key-2026")],
          secret: { name: "talos/prod", recoveryWindowInDays: 0 },
          deletionProtection: false,
        },
        talos,
      }),
  );
  if (options.configures) return directory;
  const file = join(directory, "cdk.tf.json");
  const stack = JSON.parse(readFileSync(file, "utf8")) as {
    resource: Record<string, unknown>;
  };
  delete stack.resource.talos_machine_bootstrap;
  delete stack.resource.talos_machine_configuration_apply;
  writeFileSync(file, JSON.stringify(stack));
  return directory;
}

/** The first ID of a kind in an answer of EC2. */
function idIn(xml: string, kind: string): string {
  return new RegExp(`\\b${kind}-[0-9a-f]{8,}`).exec(xml)?.[0] ?? "";
}

/** A VPC with two subnets. */
async function network({ api }: LocalCloud) {
  const vpcId = idIn(await api.ec2("CreateVpc", { CidrBlock: "10.0.0.0/16" }), "vpc");
  const subnets = ["10.0.0.0/24", "10.0.1.0/24"].map((CidrBlock) =>
    api.ec2("CreateSubnet", { CidrBlock, VpcId: vpcId }),
  );
  return { vpcId, subnetIds: (await Promise.all(subnets)).map((xml) => idIn(xml, "subnet")) };
}

/** What no state, plan or output may contain of a machine-secrets document: keys and tokens. */
function secretsIn(document: unknown): string[] {
  if (typeof document !== "object" || document === null) return [];
  return Object.entries(document).flatMap(([name, value]) =>
    typeof value === "string" && /key|token|secret/.test(name) ? [value] : secretsIn(value),
  );
}

describeWith(
  ["terraform", "aws", "tls", "external", "talos", "emulator", "openssl"],
  "a Talos cluster in AWS",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    let aws: TalosAwsProps;
    const version = "1.12.4";
    const settings = (props: Partial<TalosAwsProps> = {}): TalosClusterSettings => ({
      ...{ version, kubernetesVersion: "1.34.1", aws: { ...aws, ...props } },
      externalWorkers: [{ name: "garage", installDisk: "/dev/mmcblk0" }],
      patches: ["machine:\n  sysctls:\n    vm.nr_hugepages: '1024'\n"],
    });

    beforeAll(async () => {
      cloud = await LocalCloud.start();
      aws = {
        ...(await network(cloud)),
        amiId: idIn(await cloud.api.ec2("DescribeImages"), "ami"),
        workerGroups: [{ name: "general", count: 2 }],
      };
      terraform = await cloud.terraform(stackOf(settings(), { configures: false }));
    });
    afterAll(() => cloud.stop());

    /** The emulator forgets the security groups of instances, and descriptions of rules between groups. */
    const changes = async (options?: ChangeOptions) => {
      const { actions } = await terraform.plan(options);
      const drift = /^aws_(instance|vpc_security_group_ingress_rule)[.]/;
      return Object.fromEntries(
        Object.entries(actions).filter(
          ([address, action]) => !(drift.test(address) && action === "update"),
        ),
      );
    };
    const change = (props: Partial<TalosAwsProps>) => {
      const from = join(stackOf(settings(props), { configures: false }), "cdk.tf.json");
      writeFileSync(join(terraform.directory, "cdk.tf.json"), readFileSync(from));
    };

    test("is applied once, and the second plan is empty", async () => {
      await terraform.apply();
      expect(await changes()).toEqual({});
      const state = await terraform.state();
      const [first, second, third] = [1, 2, 3].map((number) =>
        state.get(`aws_instance.control-plane-${number}`),
      );
      expect(first).toMatchObject({
        metadata_options: [{ http_tokens: "required", http_put_response_hop_limit: 1 }],
        root_block_device: [{ encrypted: true, volume_type: "gp3", volume_size: 100 }],
        subnet_id: aws.subnetIds[0],
        user_data: null,
      });
      expect([second?.subnet_id, third?.subnet_id]).toEqual([aws.subnetIds[1], aws.subnetIds[0]]);
      const outputs = await terraform.outputs();
      expect(outputs.value("talos_nodes")).toEqual({
        "control-plane-1": first?.private_ip,
        "control-plane-2": second?.private_ip,
        "control-plane-3": third?.private_ip,
        "general-1": state.get("aws_instance.general-1")?.private_ip,
        "general-2": state.get("aws_instance.general-2")?.private_ip,
      });
      expect(outputs.text("kubernetes_endpoint")).toBe(
        `https://${String(state.get("aws_lb.kubernetes_api")?.dns_name)}:6443`,
      );
      expect(await publishedKeyIds(cloud, "acme-prod-oidc")).toEqual([
        await secretKeyId(cloud, "talos/prod/key-2026"),
      ]);
    });

    test("the machine configuration of a worker that Terraform does not reach is in a secret", async () => {
      const text = await cloud.api.secretString("talos/prod/machine-secrets/garage");
      const [machine, ...documents] = parseAllDocuments(text).map(
        (document) => document.toJS() as Record<string, unknown>,
      );
      const secrets = JSON.parse(await cloud.api.secretString("talos/prod/machine-secrets")) as {
        cluster: { id: string };
        certs: { os: { cert: string } };
      };
      expect(machine).toMatchObject({
        machine: {
          type: "worker",
          ca: { crt: secrets.certs.os.cert },
          install: { disk: "/dev/mmcblk0", image: `ghcr.io/siderolabs/installer:v${version}` },
          kubelet: { image: "ghcr.io/siderolabs/kubelet:v1.34.1" },
          network: { kubespan: { enabled: true } },
          nodeLabels: { "eks.amazonaws.com/compute-type": "hybrid" },
          sysctls: { "vm.nr_hugepages": "1024" },
        },
        cluster: {
          id: secrets.cluster.id,
          controlPlane: { endpoint: (await terraform.outputs()).text("kubernetes_endpoint") },
        },
      });
      expect(documents).toContainEqual({
        ...{ apiVersion: "v1alpha1", kind: "HostnameConfig", auto: "off", hostname: "garage" },
      });
    });

    test("grows and shrinks, and gets a newer image, without moving a machine", async () => {
      const before = await cloud.api.secretString("talos/prod/machine-secrets");
      change({
        amiId: "ami-0123456789abcdef0",
        controlPlane: { count: 5 },
        workerGroups: [{ name: "general", count: 1 }],
      });
      expect(await changes({ refresh: false })).toEqual({
        "aws_instance.control-plane-4": "create",
        "aws_instance.control-plane-5": "create",
        "aws_instance.general-2": "delete",
        "aws_lb_target_group_attachment.control-plane-4": "create",
        "aws_lb_target_group_attachment.control-plane-5": "create",
      });
      expect(await cloud.api.secretString("talos/prod/machine-secrets")).toBe(before);
    });

    test("is destroyed", async () => {
      await terraform.destroy({ refresh: false });
      expect([...(await terraform.state()).keys()]).toEqual([]);
    });
  },
);

describeWith(
  ["terraform", "aws", "tls", "external", "talos", "emulator", "openssl"],
  "a Talos cluster of machines that exist",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    let red: TalosNode;
    let blue: TalosNode;
    const bootstrap = "talos_machine_bootstrap.cluster";

    const settings = (labels: Readonly<Record<string, string>> = {}): TalosClusterSettings => ({
      version: "1.13.2",
      controlPlaneEndpoint: "https://10.0.0.10:6443",
      nodes: [
        { name: "red", address: red.address, role: "controlplane" },
        { name: "blue", address: blue.address, role: "worker", labels },
      ],
    });
    beforeAll(async () => {
      cloud = await LocalCloud.start();
      red = await TalosNode.start();
      blue = await TalosNode.start({ cluster: red, isUp: false });
      terraform = await cloud.terraform(stackOf(settings()));
    });
    afterAll(async () => {
      red.stop();
      blue.stop();
      await cloud.stop();
    });
    const configure = (labels: Readonly<Record<string, string>>) => {
      const from = join(stackOf(settings(labels)), "cdk.tf.json");
      writeFileSync(join(terraform.directory, "cdk.tf.json"), readFileSync(from));
    };

    test("a machine that refuses its configuration is named, and nothing is started", async () => {
      red.refusal = "the disk is too small";
      blue.refusal = red.refusal;
      await blue.boot();
      await expect(terraform.apply()).rejects.toThrow(
        /talos_machine_configuration_apply[.]red[^]*the disk is too small/,
      );
      expect([red.applied, blue.applied, red.bootstraps]).toEqual([[], [], 0]);
    });

    test("killed when etcd has started, the next apply goes on after an import", async () => {
      red.refusal = undefined;
      blue.refusal = undefined;
      blue.stop();
      const killed = terraform.startApply();
      red.onBootstrap = () => {
        killed.kill("SIGKILL");
      };
      expect(await killed.ended).toMatchObject({ signal: "SIGKILL" });
      expect([...(await terraform.state()).keys()]).not.toContain(bootstrap);

      // The command of docs/guides/interrupted-apply.md; without it the provider tries for ten minutes.
      await terraform.run("import", bootstrap, "machine_bootstrap");
      const isConfigured = terraform.apply();
      const isWaiting = /talos_machine_configuration_apply[.]blue: Creating/g;
      const seen = terraform.transcript.match(isWaiting)?.length ?? 0;
      while ((terraform.transcript.match(isWaiting)?.length ?? 0) === seen) await sleep(100);
      await blue.boot();
      await isConfigured;
      expect(red.bootstraps).toBe(1);
      // OpenTofu, killed, has not written that it configured the machine, and does it again.
      expect(new Set(red.applied.map(({ text }) => text)).size).toBe(1);
      expect(blue.applied).toHaveLength(1);
      expect([red, blue].map(({ applied }) => applied[0]?.machine.type)).toEqual([
        "controlplane",
        "worker",
      ]);
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("the control plane signs tokens as the issuer that AWS trusts", async () => {
      const text = red.applied[0]?.text ?? "";
      const [{ cluster } = { cluster: undefined }] = parseAllDocuments(text).map(
        (document) => document.toJS() as { cluster?: Record<string, unknown> },
      );
      const key = await cloud.api.secretString("talos/prod/key-2026");
      expect(cluster).toMatchObject({
        serviceAccount: { key },
        apiServer: {
          extraArgs: {
            "service-account-issuer": (await terraform.outputs()).text("issuer_url"),
          },
        },
      });
    });

    test("a label reaches the machine that it is of, by mutual TLS", async () => {
      const before = red.applied.length;
      configure({ "acme.example/pool": "general" });
      expect((await terraform.plan({ refresh: false })).actions).toEqual({
        "talos_machine_configuration_apply.blue": "update",
      });
      await terraform.apply({ refresh: false });
      expect([red.applied.length, blue.applied.length]).toEqual([before, 2]);
      expect(blue.applied[1]?.machine).toHaveProperty("nodeLabels", {
        "acme.example/pool": "general",
      });
    });

    test("its secrets are in Secrets Manager alone", async () => {
      const document = JSON.parse(await cloud.api.secretString("talos/prod/machine-secrets")) as {
        certs: object;
      };
      expect(Object.keys(document.certs).sort()).toEqual(["etcd", "k8s", "k8s_aggregator", "os"]);
      const secrets = secretsIn(document);
      expect(secrets.length).toBeGreaterThan(7);
      const plan = await terraform.plan({
        refresh: false,
        replace: ["talos_machine_configuration_apply.red", bootstrap],
      });
      const places = [
        readFileSync(join(terraform.directory, "terraform.tfstate"), "utf8"),
        (await terraform.run("show", "-json", plan.file)).output,
        plan.text,
        terraform.transcript,
      ];
      const text = red.applied[0]?.text ?? "";
      expect(secrets.filter((secret) => !text.includes(secret))).toEqual([]);
      for (const place of places) {
        expect(place).toContain("talos_machine_bootstrap");
        expect(secrets.filter((secret) => place.includes(secret))).toEqual([]);
      }
    });

    test("is destroyed, and the machines are left alone", async () => {
      const seen = () => [red.applied.length, blue.applied.length, red.bootstraps];
      const before = seen();
      await terraform.destroy({ refresh: false });
      expect(seen()).toEqual(before);
    });
  },
);
