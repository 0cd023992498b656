import {
  defaultClusterIssuer,
  eksAnywhere,
  k3sConfig,
  type K3sProps,
  kubeadmClusterConfiguration,
  type KubeadmProps,
  stepsText,
  toYaml,
} from "../../../modules/cluster";
import { expectGolden } from "./golden";
import { violationsOf } from "./violations-of";

const issuerUrl = "https://s3.eu-central-1.amazonaws.com/acme-prod-eu-oidc";
const jwksUri = `${issuerUrl}/keys.json`;
const v1beta3: KubeadmProps = { version: "v1beta3", issuerUrl };
const v1beta4: KubeadmProps = { version: "v1beta4", issuerUrl };
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
  ])("is told by the golden file kubeadm/%s.yaml", (name, props) => {
    expectGolden(`kubeadm/${name}.yaml`, toYaml(kubeadmClusterConfiguration(props)));
  });

  it.each<[string, object, RegExp]>([
    ["an unknown version", { ...v1beta4, version: "v1beta2" }, /'version' must be one of/],
    [
      "a former issuer with v1beta3",
      { ...v1beta3, previousIssuers: ["https://a.b"] },
      /'previousIssuers' must be empty with v1beta3/,
    ],
    [
      "a former key with v1beta3",
      { ...v1beta3, publicKeyFiles: ["/etc/old.pub"] },
      /'publicKeyFiles' must be empty with v1beta3/,
    ],
    [
      "a repeated flag with v1beta3",
      { ...v1beta3, extraApiServerArgs: { v: ["1", "2"] } },
      /must be a string with v1beta3/,
    ],
    ["no audience", { ...v1beta4, apiAudiences: [] }, /'apiAudiences' must not be empty/],
    [
      "STS as an audience",
      { ...v1beta4, apiAudiences: ["sts.amazonaws.com"] },
      /must not hold sts/,
    ],
    [
      "a relative key file",
      { ...v1beta4, signingKeyFile: "sa.key" },
      /'signingKeyFile' must be an absolute path/,
    ],
    [
      "a way up in a path",
      { ...v1beta4, publicKeyFiles: ["/etc/../x"] },
      /'publicKeyFiles\[0\]' must be an absolute path/,
    ],
    [
      "a file twice",
      { ...v1beta4, publicKeyFiles: ["/a", "/a"] },
      /'publicKeyFiles\[1\]' must not repeat/,
    ],
    [
      "a signing key among the arguments",
      { ...v1beta4, extraApiServerArgs: { "service-account-signing-key-file": "/a" } },
      /give 'signingKeyFile'/,
    ],
    [
      "an http issuer",
      { ...v1beta4, issuerUrl: "http://a.b" },
      /'issuerUrl' must begin with https/,
    ],
  ])("refuses %s", async (_, props, sentence) => {
    expect(await violationsOf(() => kubeadmClusterConfiguration(props as KubeadmProps))).toEqual([
      expect.stringMatching(sentence),
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
  ])("is told by the golden file k3s/%s.yaml", (name, props) => {
    expectGolden(`k3s/${name}.yaml`, toYaml(k3sConfig(props)));
  });

  it("keeps its own key in its own data directory", () => {
    const { "kube-apiserver-arg": args } = k3sConfig({
      ...k3s,
      dataDir: "/data/k3s",
      publicKeyFiles: ["/old.pub"],
    });
    expect(args).toContain("service-account-key-file=/data/k3s/server/tls/service.key");
  });

  it.each<[string, object, RegExp]>([
    ["audiences", { ...k3s, extraApiServerArgs: { "api-audiences": "x" } }, /is set by k3s/],
    [
      "STS as an audience",
      { ...k3s, extraApiServerArgs: { "api-audiences": "x,sts.amazonaws.com" } },
      /must not hold sts/,
    ],
    [
      "a signing key",
      { ...k3s, extraApiServerArgs: { "service-account-signing-key-file": "/x" } },
      /the cluster's own key signs/,
    ],
    ["a relative data directory", { ...k3s, dataDir: "k3s" }, /'dataDir' must be an absolute path/],
    [
      "a former issuer over http",
      { ...k3s, previousIssuers: ["http://a.b"] },
      /'previousIssuers\[0\]'/,
    ],
  ])("refuses %s", async (_, props, sentence) => {
    expect(await violationsOf(() => k3sConfig(props as K3sProps))).toEqual([
      expect.stringMatching(sentence),
    ]);
  });
});

describe("EKS Anywhere", () => {
  it("is told the issuer, and the person the order of work", () => {
    const { cluster, steps } = eksAnywhere({ clusterName: "prod-eu", issuerUrl });
    expectGolden("eks-anywhere/cluster.yaml", toYaml(cluster));
    expectGolden("eks-anywhere/steps.txt", stepsText(steps));
  });

  it("comes before the documents: the key is read after the cluster is made", () => {
    const commands = eksAnywhere({ clusterName: "prod-eu", issuerUrl }).steps.map(
      ({ command = "" }) => command,
    );
    const at = (word: string): number => commands.findIndex((command) => command.includes(word));
    expect(at("create cluster")).toBeGreaterThanOrEqual(0);
    expect(at("create cluster")).toBeLessThan(at("prod-eu-sa"));
    expect(at("prod-eu-sa")).toBeLessThan(at("keys.json"));
  });

  it("refuses a bad name and a bad issuer together", async () => {
    expect(
      await violationsOf(() => eksAnywhere({ clusterName: "1; rm", issuerUrl: "http://a.b" })),
    ).toEqual([
      expect.stringMatching(/^'clusterName' must be/),
      expect.stringMatching(/^'issuerUrl' must/),
    ]);
  });
});
