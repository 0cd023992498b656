import {
  defaultClusterIssuer,
  buildEksAnywhereConfiguration,
  buildK0sConfiguration,
  buildK3sConfiguration,
  buildMicroK8sArguments,
  inspectK0s,
  type K0sProps,
  type K3sProps,
  buildKubeadmConfiguration,
  type KubeadmProps,
  formatSteps,
  formatYaml,
} from "../../../modules/cluster";
import { expectGolden } from "./golden";
import { violationsOf } from "./violations-of";

const issuerUrl = "https://s3.eu-central-1.amazonaws.com/acme-prod-eu-oidc";
const jwksUri = `${issuerUrl}/keys.json`;
const v1beta3: KubeadmProps = { apiVersion: "v1beta3", issuerUrl };
const v1beta4: KubeadmProps = { apiVersion: "v1beta4", issuerUrl };
const k3s: K3sProps = { issuerUrl };

describe("kubeadm", () => {
  it.each<[string, KubeadmProps]>([
    ["v1beta3", { ...v1beta3, jwksUri, extraApiServerArgs: { "oidc-client-id": "kubernetes" } }],
    ["v1beta3-own-key", { ...v1beta3, signingKeyFile: "/etc/irsa/sa.key" }],
    ["v1beta4", { ...v1beta4, jwksUri, previousIssuers: [defaultClusterIssuer] }],
    [
      "v1beta4-own-keys",
      {
        ...v1beta4,
        previousIssuers: [defaultClusterIssuer],
        signingKeyFile: "/etc/irsa/sa.key",
        publicKeyFiles: ["/etc/irsa/old.pub", "/etc/kubernetes/pki/sa.pub"],
        apiAudiences: [issuerUrl, defaultClusterIssuer],
        extraApiServerArgs: { "oidc-required-claim": ["tenant=acme", "team=a"] },
      },
    ],
  ])("is given by the golden file kubeadm/%s.yaml", (name, props) => {
    expectGolden(`kubeadm/${name}.yaml`, formatYaml(buildKubeadmConfiguration(props)));
  });

  it.each<[string, object, RegExp]>([
    ["an unknown version", { ...v1beta4, apiVersion: "v1beta2" }, /apiVersion must be one of/],
    [
      "a former issuer with v1beta3",
      { ...v1beta3, previousIssuers: ["https://a.b"] },
      /previousIssuers must be empty with v1beta3/,
    ],
    [
      "a former key with v1beta3",
      { ...v1beta3, publicKeyFiles: ["/etc/old.pub"] },
      /publicKeyFiles must be empty with v1beta3/,
    ],
    [
      "a repeated flag with v1beta3",
      { ...v1beta3, extraApiServerArgs: { v: ["1", "2"] } },
      /must be a string with v1beta3/,
    ],
    ["no audience", { ...v1beta4, apiAudiences: [] }, /apiAudiences must have at least one entry/],
    [
      "a relative key file",
      { ...v1beta4, signingKeyFile: "sa.key" },
      /signingKeyFile must be an absolute path/,
    ],
    [
      "a way up in a path",
      { ...v1beta4, publicKeyFiles: ["/etc/../x"] },
      /publicKeyFiles\[0\] must contain neither/,
    ],
    [
      "a file twice",
      { ...v1beta4, publicKeyFiles: ["/a", "/a"] },
      /publicKeyFiles\[1\] must not repeat/,
    ],
    [
      "a signing key among the arguments",
      { ...v1beta4, extraApiServerArgs: { "service-account-signing-key-file": "/a" } },
      /comes from signingKeyFile/,
    ],
    ["an http issuer", { ...v1beta4, issuerUrl: "http://a.b" }, /issuerUrl must begin with https/],
  ])("refuses %s", async (_, props, sentence) => {
    expect(await violationsOf(() => buildKubeadmConfiguration(props as KubeadmProps))).toEqual([
      expect.stringMatching(sentence),
    ]);
  });
});

describe("issuers", () => {
  const old = "https://old.example.org";

  it("are named once each: an API server does not start with one that is given twice", () => {
    const props = { previousIssuers: [old], acceptedIssuers: [old, issuerUrl, "https://a.b:1"] };
    expect(buildK3sConfiguration({ ...k3s, ...props })).toEqual({
      "kube-apiserver-arg": [issuerUrl, old, "https://a.b:1"].map(
        (url) => `service-account-issuer=${url}`,
      ),
    });
  });

  it.each<[string, Partial<K3sProps>, string]>([
    ["the present one as a former one", { previousIssuers: [issuerUrl] }, "previousIssuers[0]"],
    ["a former one twice", { previousIssuers: [old, old] }, "previousIssuers[1]"],
    ["an accepted one twice", { acceptedIssuers: [old, old] }, "acceptedIssuers[1]"],
  ])("are refused: %s", async (_, props, path) => {
    expect(await violationsOf(() => buildK3sConfiguration({ ...k3s, ...props }))).toEqual([
      expect.stringContaining(`${path} must not repeat`),
    ]);
  });
});

describe("k3s", () => {
  it.each<[string, K3sProps]>([
    ["config", k3s],
    [
      "config-everything",
      {
        ...k3s,
        jwksUri,
        previousIssuers: [defaultClusterIssuer],
        publicKeyFiles: ["/etc/irsa/old.pub"],
        extraApiServerArgs: { "oidc-client-id": "kubernetes" },
      },
    ],
  ])("is given by the golden file k3s/%s.yaml", (name, props) => {
    expectGolden(`k3s/${name}.yaml`, formatYaml(buildK3sConfiguration(props)));
  });

  it("keeps its own key in its own data directory", () => {
    const { "kube-apiserver-arg": args } = buildK3sConfiguration({
      ...k3s,
      dataDir: "/data/k3s",
      publicKeyFiles: ["/old.pub"],
    });
    expect(args).toContain("service-account-key-file=/data/k3s/server/tls/service.key");
  });

  it.each<[string, object, RegExp]>([
    ["audiences", { ...k3s, extraApiServerArgs: { "api-audiences": "x" } }, /k3s sets it/],
    [
      "STS as an audience",
      { ...k3s, extraApiServerArgs: { "api-audiences": "x,sts.amazonaws.com" } },
      /k3s sets it/,
    ],
    [
      "a signing key",
      { ...k3s, extraApiServerArgs: { "service-account-signing-key-file": "/x" } },
      /the cluster's own key signs/,
    ],
    ["a relative data directory", { ...k3s, dataDir: "k3s" }, /dataDir must be an absolute path/],
    [
      "a former issuer over http",
      { ...k3s, previousIssuers: ["http://a.b"] },
      /previousIssuers\[0\]/,
    ],
  ])("refuses %s", async (_, props, sentence) => {
    expect(await violationsOf(() => buildK3sConfiguration(props as K3sProps))).toEqual([
      expect.stringMatching(sentence),
    ]);
  });
});

describe("EKS Anywhere", () => {
  it("is given the issuer, and the person the order of work", () => {
    const { cluster, steps } = buildEksAnywhereConfiguration({ clusterName: "prod-eu", issuerUrl });
    expectGolden("eks-anywhere/cluster.yaml", formatYaml(cluster));
    expectGolden("eks-anywhere/steps.txt", formatSteps(steps));
  });

  it("comes before the documents: the key is read after the cluster is made", () => {
    const commands = buildEksAnywhereConfiguration({ clusterName: "prod-eu", issuerUrl }).steps.map(
      ({ command = "" }) => command,
    );
    const at = (word: string): number => commands.findIndex((command) => command.includes(word));
    expect(at("create cluster")).toBeGreaterThanOrEqual(0);
    expect(at("create cluster")).toBeLessThan(at("prod-eu-sa"));
    expect(at("prod-eu-sa")).toBeLessThan(at("keys.json"));
  });

  it("refuses a bad name and a bad issuer together", async () => {
    expect(
      await violationsOf(() =>
        buildEksAnywhereConfiguration({ clusterName: "1; rm", issuerUrl: "http://a.b" }),
      ),
    ).toEqual([
      expect.stringMatching(/^clusterName must be/),
      expect.stringMatching(/^issuerUrl must/),
    ]);
  });
});

describe("RKE2", () => {
  it("is k3s with its own directories", () => {
    const props: K3sProps = {
      issuerUrl,
      distribution: "rke2",
      publicKeyFiles: ["/etc/irsa/old.pub"],
    };
    expect(buildK3sConfiguration(props)).toEqual({
      "kube-apiserver-arg": [
        `service-account-issuer=${issuerUrl}`,
        "service-account-key-file=/var/lib/rancher/rke2/server/tls/service.key",
        "service-account-key-file=/etc/irsa/old.pub",
      ],
    });
  });
});

describe("k0s", () => {
  it("has each flag once in a map, and keeps the audiences that k0s sets", () => {
    const props = { issuerUrl, jwksUri, apiAudiences: ["vault", "https://kubernetes.default.svc"] };
    expect(buildK0sConfiguration(props)).toEqual({
      apiVersion: "k0s.k0sproject.io/v1beta1",
      kind: "ClusterConfig",
      metadata: { name: "k0s" },
      spec: {
        api: {
          extraArgs: {
            "service-account-issuer": issuerUrl,
            "service-account-jwks-uri": jwksUri,
            "api-audiences": "https://kubernetes.default.svc,system:konnectivity-server,vault",
          },
        },
      },
    });
    expect(inspectK0s(props)).toEqual([]);
  });

  it("has further issuers and keys as raw arguments, which older ones refuse: a warning says so", () => {
    const props: K0sProps = {
      issuerUrl,
      acceptedIssuers: ["https://kubernetes.default.svc"],
      publicKeyFiles: ["/etc/irsa/old.pub"],
      extraApiServerArgs: { "oidc-required-claim": ["tenant=acme", "team=a"] },
    };
    expect(buildK0sConfiguration(props)).toMatchObject({
      spec: {
        api: {
          extraArgs: { "oidc-required-claim": "tenant=acme", "service-account-issuer": issuerUrl },
          rawArgs: [
            "--oidc-required-claim=team=a",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-key-file=/etc/irsa/old.pub",
          ],
        },
      },
    });
    expect(inspectK0s(props)).toMatchObject([
      { code: "IRSA-CLUSTER-K0S-RAW-ARGS", severity: "warning", expected: "k0s 1.34.1 or later" },
    ]);
    const apiAudiences = ["sts.amazonaws.com"];
    expect(inspectK0s({ issuerUrl, apiAudiences }).map(({ code }) => code)).toEqual([
      "IRSA-CLUSTER-STS-AUDIENCE",
    ]);
  });
});

test.each<[string, (props: { issuerUrl: string; apiAudiences: string[] }) => unknown]>([
  ["k0s", buildK0sConfiguration],
  ["MicroK8s", buildMicroK8sArguments],
])("%s refuses an empty list of audiences", async (_, build) => {
  expect(await violationsOf(() => build({ issuerUrl, apiAudiences: [] }))).toEqual([
    expect.stringMatching(/^apiAudiences must have at least one entry/),
  ]);
});

describe("MicroK8s", () => {
  it("has a line for each flag, its own key first", () => {
    const acceptedIssuers = ["https://kubernetes.default.svc"];
    const props = { issuerUrl, acceptedIssuers, publicKeyFiles: ["/etc/irsa/old.pub"] };
    expect(buildMicroK8sArguments(props)).toEqual([
      `--service-account-issuer=${issuerUrl}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      "--service-account-key-file=${SNAP_DATA}/certs/serviceaccount.key",
      "--service-account-key-file=/etc/irsa/old.pub",
    ]);
  });

  it("lets no value reach beyond its line", async () => {
    const extraApiServerArgs = { v: "1\n--anonymous-auth=true" };
    expect(
      await violationsOf(() => buildMicroK8sArguments({ issuerUrl, extraApiServerArgs })),
    ).toEqual([expect.stringMatching(/^extraApiServerArgs\.v must contain no line break/)]);
  });
});
