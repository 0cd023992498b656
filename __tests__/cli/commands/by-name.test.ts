import fs from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { keys } from "../../modules/cluster/keys";
import { base64Key, irsa, type Run, terraformOutput } from "../run";

const issuer = "https://acme-prod-oidc.s3.eu-central-1.amazonaws.com";
const own = { issuer_url: issuer, jwks_uri: `${issuer}/keys.json` };

/** A cluster that signs with its own key. */
const cluster = (...lines: readonly string[]) => `clusters:
  - name: prod
    region: eu-central-1
    hosting: s3-virtual-hosted
    bucket: acme-prod-oidc
${lines.map((line) => `    ${line}\n`).join("")}`;
const ownKey = "keys: [{ name: sa, publicKeyFile: sa.pub }]";

/** Runs a command where Terraform prints the outputs, or must not be run. */
function run(
  words: string,
  configuration: string,
  outputs?: string,
  isTerminal = false,
): Promise<Run> {
  const answer = outputs === undefined ? "echo no Terraform here >&2; exit 1" : "cat outputs.json";
  return irsa(words.split(" "), {
    files: {
      "irsa.yaml": configuration,
      "sa.pub": keys.formerPublicKey,
      "bin/terraform": `#!/bin/sh\n${answer}\n`,
      "cdktf.out/stacks/prod/outputs.json": outputs ?? "",
    },
    env: (cwd) => ({ PATH: `${join(cwd, "bin")}:/bin:/usr/bin` }),
    isTerminal,
  });
}

/** What flags alone print. */
async function byFlags(
  words: string,
  outputs = terraformOutput({ signing_key: undefined, ...own }),
) {
  const { stdout, status, stderr } = await irsa(words.split(" "), { input: outputs });
  expect([status, stderr.includes("must")]).toEqual([0, false]);
  return stdout;
}

test("cluster-config NAME loads the configuration once", async () => {
  const looked = jest.spyOn(fs, "statSync");
  const { status, cwd } = await run("cluster-config prod", cluster(ownKey, "kubeadm: {}"));
  const paths = looked.mock.calls.map(([path]) => path);
  expect(status).toBe(0);
  expect(paths.filter((path) => path === join(cwd, "irsa.yaml"))).toHaveLength(1);
});

describe("cluster-config NAME prints what the distribution's flags do, without Terraform", () => {
  test.each([
    ["kubeadm: {}", "kubeadm"],
    [
      "kubeadm: { acceptedIssuers: [https://kubernetes.default.svc.cluster.local], apiAudiences: [a], publicKeyFiles: [/etc/a.pub], publishedJwksUri: true, extraApiServerArgs: { v: '2', oidc-ca-file: [/a=b, /c] } }",
      "kubeadm --accepted-issuer https://kubernetes.default.svc.cluster.local --api-audience a --public-key-file /etc/a.pub --published-jwks-uri --extra-api-server-arg v=2 --extra-api-server-arg oidc-ca-file=/a=b --extra-api-server-arg oidc-ca-file=/c",
    ],
    ["kubeadm: { apiVersion: v1beta3 }", "kubeadm --api-version v1beta3"],
    [
      "k3s: { dataDir: /srv/k3s, publicKeyFiles: [/etc/a.pub] }",
      "k3s --data-dir /srv/k3s --public-key-file /etc/a.pub",
    ],
    ["rke2: {}", "rke2"],
    ["k0s: { apiAudiences: [a] }", "k0s --api-audience a"],
    ["microk8s: {}", "microk8s"],
    ["eksAnywhere: {}", "eks-anywhere --cluster-name prod"],
    ["eksAnywhere: { clusterName: other }", "eks-anywhere --cluster-name other"],
    [
      'talos: { version: "1.13.6", acceptedIssuers: ["https://10.0.0.1:6443"] }',
      "talos --talos-version 1.13.6 --keep-key --accepted-issuer https://10.0.0.1:6443",
    ],
  ])("%s", async (settings, flags) => {
    const { status, stdout, stderr } = await run("cluster-config prod", cluster(ownKey, settings));
    expect([status, stderr.includes("no Terraform")]).toEqual([0, false]);
    expect(stdout).toBe(await byFlags(`cluster-config ${flags}`));
  });

  test("previous issuers stay accepted", async () => {
    const previous = "previousIssuers: [{ name: old, url: https://old.example }]";
    const { stdout } = await run("cluster-config prod", cluster(ownKey, "k3s: {}", previous));
    expect(stdout).toBe(await byFlags("cluster-config k3s --previous-issuer https://old.example"));
  });
});

test("flags come before what the configuration says", async () => {
  const configuration = cluster(
    ownKey,
    "k3s: { dataDir: /srv, acceptedIssuers: [https://a.example] }",
  );
  const flags =
    "--issuer-url https://b.example --accepted-issuer https://c.example --data-dir /d --public-key-file /e";
  const { stdout } = await run(`cluster-config prod ${flags}`, configuration);
  expect(stdout).toBe(await byFlags(`cluster-config k3s ${flags}`, ""));
});

describe("a key that Terraform made", () => {
  const talos = cluster("secretPrefix: talos", 'talos: { version: "1.13" }');

  test("comes from the stack's outputs", async () => {
    const { status, stdout } = await run("cluster-config prod", talos, terraformOutput(own));
    expect([status, stdout.includes(base64Key)]).toEqual([0, true]);
  });

  test("is not read for a cluster whose nodes have it already", async () => {
    const kubeadm = cluster("secretPrefix: a", "kubeadm: { signingKeyFile: /etc/irsa/sa.key }");
    const { status, stdout } = await run("cluster-config prod", kubeadm);
    expect([status, stdout.includes("/etc/irsa/sa.key")]).toEqual([0, true]);
    const { written } = await run(
      "cluster-config prod --out c.yaml --private-key-out sa.key",
      kubeadm,
      terraformOutput(own),
    );
    expect([written["c.yaml"], written["sa.key"]]).toEqual([stdout, keys.pkcs1]);
  });

  test.each([
    [
      "without a file for it",
      cluster("secretPrefix: a", "k3s: {}"),
      undefined,
      "--signing-key-file is missing: Terraform made this issuer's signing key",
    ],
    ["before the stack is applied", talos, "{}", "prod is not applied yet"],
    [
      "where Terraform fails",
      talos,
      undefined,
      "failed in cdktf.out/stacks/prod: no Terraform here",
    ],
    ["by outputs of another cluster", talos, terraformOutput(), "is of another cluster, or older"],
  ])("is refused %s", async (_title, configuration, outputs, message) => {
    const { status, stdout, stderr } = await run("cluster-config prod", configuration, outputs);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(base64Key.slice(100, 140));
  });

  test("is not printed to a terminal", async () => {
    const words = "cluster-config prod";
    const { status, stdout, stderr } = await run(words, talos, terraformOutput(own), true);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("the private key is not printed to a terminal");
  });
});

test.each<[string, string, string]>([
  [
    "cluster-config prdo",
    cluster(ownKey, "k3s: {}"),
    '"prdo" is neither a distribution (talos, eks-anywhere, kubeadm, k3s, rke2, k0s, microk8s) nor a cluster: the cluster must be one of prod, got "prdo"',
  ],
  [
    "cluster-config prod",
    cluster(ownKey),
    "prod does not say what it runs: add one of talos, kubeadm, k3s, rke2, k0s, microk8s, eksAnywhere",
  ],
  ["cluster-config prod", cluster(ownKey, "k3s: { datadir: /a }"), "irsa.yaml:7:12"],
  ["cluster-config prod --config none.yaml", "", "none.yaml"],
  ["cluster-config kubeadm --config irsa.yaml", cluster(ownKey), "name it with --cluster"],
])("%s is reported", async (words, configuration, message) => {
  const { status, stdout, stderr } = await run(words, configuration);
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(message);
});

test("a cluster that is named like a distribution is chosen by --cluster", async () => {
  const named = cluster(ownKey, "kubeadm: {}").replace("name: prod", "name: talos");
  const { stdout } = await run("cluster-config kubeadm --cluster talos", named);
  expect(stdout).toBe(await byFlags("cluster-config kubeadm"));
});

describe("manifests --cluster NAME", () => {
  const prod = cluster(
    ownKey,
    "serviceAccountRoles: [{ name: smoke-test, serviceAccounts: [irsa-smoke-test/irsa-smoke-test] }]",
  );
  const outputs = terraformOutput({ ...own, signing_key: undefined });

  test("add-ons take the region of the configuration, without Terraform", async () => {
    const words = "manifests add-ons --as flux";
    const { status, stdout } = await run(`${words} --cluster prod`, prod);
    expect(status).toBe(0);
    expect(stdout).toBe(await byFlags(`${words} --region eu-central-1`, ""));
    const other = await run(`${words} --cluster prod --region eu-west-1`, prod);
    expect(other.stdout).toBe(await byFlags(`${words} --region eu-west-1`, ""));
  });

  test("add-ons tell every chart the cluster's name, and a region that is new", async () => {
    const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
    const words = `manifests add-ons --as flux --cloud-controller-role-arn ${role("a")} --ebs-csi-role-arn ${role("b")}`;
    const isNew = "region: eu-north-9\n    skipRegionValidation: true";
    const { status, stdout } = await run(
      `${words} --cluster prod`,
      prod.replace("region: eu-central-1", isNew),
    );
    expect(status).toBe(0);
    const flags = "--region eu-north-9 --skip-region-validation --cluster-name prod";
    expect(stdout).toBe(await byFlags(`${words} ${flags}`, ""));
  });

  test("a ServiceAccount that is named does not go with a cluster", async () => {
    const flags =
      "--namespace a --service-account-name b --role-arn arn:aws:iam::111122223333:role/c";
    const { status, stdout, stderr } = await run(
      `manifests service-accounts --cluster prod ${flags}`,
      prod,
    );
    expect([status, stdout, stderr]).toEqual([
      1,
      "",
      "--cluster and --namespace, --service-account-name and --role-arn are both given: leave one out\n",
    ]);
  });

  test.each(["add-ons --as flux --webhook-map", "service-accounts", "smoke-test"])(
    "%s takes roles of the outputs",
    async (words) => {
      const { status, stdout } = await run(`manifests ${words} --cluster prod`, prod, outputs);
      expect(status).toBe(0);
      expect(stdout).toBe(await byFlags(`manifests ${words}`, outputs));
      const unapplied = await run(`manifests ${words} --cluster prod`, prod, "{}");
      expect([unapplied.status, unapplied.stderr.split("\n")[0]]).toEqual([
        1,
        "prod is not applied yet: what Terraform prints in cdktf.out/stacks/prod has no outputs",
      ]);
    },
  );

  test("a smoke test with a role that is given needs no outputs", async () => {
    const role = "arn:aws:iam::111122223333:role/other";
    const { stdout } = await run(`manifests smoke-test --cluster prod --role-arn ${role}`, prod);
    expect(parse(stdout.split("---\n")[1] ?? "")).toMatchObject({
      metadata: { annotations: { "eks.amazonaws.com/role-arn": role } },
    });
  });
});
