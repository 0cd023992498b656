import { createServer, type Server } from "node:https";
import { readPublicKeys } from "../../../modules/documents";
import { listen } from "../../../sandbox/listen";
import { makeCertificates } from "../../../sandbox/tls-endpoint";
import { keyVectors } from "../../fixtures/key-vectors";
import { irsa, terraformOutput } from "../run";

const oldUrl = "https://s3.eu-central-1.amazonaws.com/acme-prod-oidc";
const newUrl = "https://acme-prod-oidc-2.s3.eu-central-1.amazonaws.com";
const [{ public_key_pem: pem } = { public_key_pem: "" }] = keyVectors;
const files = { "sa.pub": pem };

const cluster = (...lines: readonly string[]) => `clusters:
  - name: prod
    region: eu-central-1
    hosting: s3
    bucket: acme-prod-oidc
    keys: [{ name: sa, publicKeyFile: sa.pub }]
${lines.map((line) => `    ${line}\n`).join("")}`;
const next = "nextIssuer: { name: oidc-2, hosting: s3-virtual-hosted, bucket: acme-prod-oidc-2 }";
const to = ["--to", "s3-virtual-hosted", "--bucket", "acme-prod-oidc-2"];

const identity = (url: string) => ({
  issuer_url: url,
  issuer_hostpath: url.slice("https://".length),
  oidc_provider_arn: `arn:aws:iam::111122223333:oidc-provider/${url.slice("https://".length)}`,
  audiences: ["sts.amazonaws.com"],
});
const outputs = terraformOutput({
  aws_region: "eu-central-1",
  issuer_url: oldUrl,
  trusted_issuers: [identity(oldUrl), identity(newUrl)],
});

interface Plan {
  readonly to: string;
  readonly issuers: readonly object[];
  readonly steps: readonly {
    readonly step: string;
    readonly commands: readonly string[];
    readonly checks: readonly { readonly name: string; readonly result: string }[];
  }[];
}

const run = (words: readonly string[], text: string, more: Readonly<Record<string, string>> = {}) =>
  irsa(["migrate", "prod", ...words], { files: { ...files, "irsa.yaml": text, ...more } });
async function plan(
  words: readonly string[],
  text: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Plan> {
  const { stdout, stderr, status } = await run([...words, "--json"], text, more);
  expect([status, stderr.includes("must")]).toEqual([0, false]);
  return JSON.parse(stdout) as Plan;
}

test("the plan is shown, and nothing is changed", async () => {
  const { status, stdout, stderr, written } = await run(to, cluster("kubeadm: {}"));
  expect([status, stderr, written]).toEqual([0, "", {}]);
  expect(stdout).toMatch(/^Next step: stage oidc-2$/m);
  expect(stdout).toMatch(/^ {2}oidc {2}signing {3}https:\/\/s3\./m);
  expect(stdout).toMatch(/^ {2}promote oidc-2: /m);
});

test("--next writes the step alone, and says what to run", async () => {
  const { status, stdout, written } = await run([...to, "--next"], cluster());
  expect(status).toBe(0);
  expect(Object.keys(written)).toEqual(["irsa.yaml"]);
  expect(stdout).toContain("terraform -chdir=cdktf.out/stacks/prod apply");
});

describe("what to run in the cluster", () => {
  const commands = async (step: string, ...lines: readonly string[]) =>
    (await plan([], cluster(next, ...lines))).steps.find((each) => each.step === step)?.commands;

  test.each([
    ["kubeadm", "kubeadm: {}", "irsa cluster-config prod --out kubeadm.yaml"],
    [
      "a kubeadm that takes one issuer",
      "kubeadm: { apiVersion: v1beta3 }",
      "irsa cluster-config prod --no-previous-issuer --out kubeadm.yaml",
    ],
    ["k3s", "k3s: {}", "irsa cluster-config prod --out k3s.yaml"],
    ["Talos", 'talos: { version: "1.13.6" }', "irsa cluster-config prod --out patch.yaml"],
    ["EKS Anywhere", "eksAnywhere: {}", "irsa cluster-config prod --out eks-anywhere.yaml"],
  ])("%s", async (_name, line, command) => {
    expect(await commands("promote", line)).toContain(command);
  });

  test("of a key that Terraform makes, its place on the nodes", async () => {
    const text = cluster(next, "k3s: {}", "secretPrefix: talos").replace(/ {4}keys.*\n/, "");
    const { steps } = await plan([], text);
    expect(steps.find(({ step }) => step === "promote")?.commands).toContain(
      "irsa cluster-config prod --signing-key-file /var/lib/rancher/k3s/server/tls/service.key --out k3s.yaml",
    );
  });

  test("documents that the user publishes", async () => {
    const { steps } = await plan(
      ["--to", "self-published", "--issuer-url", "https://oidc.acme.example"],
      cluster(),
    );
    expect(steps[0]?.commands).toContain("# publish what is in site/ at https://oidc.acme.example");
  });

  test("evidence of API servers that have no pods is the user's word", async () => {
    const { stdout } = await run([], cluster(next, "k3s: {}"));
    expect(stdout).toContain("irsa migrate prod --roles roles.json --accepted --next");
    const { stdout: talos } = await run([], cluster(next, 'talos: { version: "1.13.6" }'));
    expect(talos).toContain("--selector k8s-app=kube-apiserver --output json > pods.json");
  });
});

describe("the documents are read from the issuer's URL", () => {
  const { chain, key, root } = makeCertificates(["127.0.0.1"]);
  let server: Server;
  let url: string;
  beforeAll(async () => {
    const [jwk] = await readPublicKeys(pem);
    server = createServer({ cert: chain, key }, ({ url: path = "" }, response) => {
      const document = path.endsWith("/keys.json")
        ? { keys: [jwk] }
        : { issuer: url, jwks_uri: `${url}/keys.json` };
      response.setHeader("content-type", "application/json").end(JSON.stringify(document));
    });
    url = `https://127.0.0.1:${await listen(server)}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  /** The stand-in has a port, which an issuer has not: Terraform's output names it. */
  const published = async (authorities: readonly string[]) => {
    const text = cluster("nextIssuer: { name: cdn, hosting: cloudfront, bucket: acme-cdn }");
    const known = terraformOutput({
      aws_region: "eu-central-1",
      issuer_url: oldUrl,
      issuer_urls: { oidc: oldUrl, cdn: url },
      trusted_issuers: [identity(oldUrl), identity(url)],
    });
    const { stdout } = await irsa(
      ["migrate", "prod", "--json", "--terraform-output", "outputs.json", "--accepted"],
      { files: { ...files, "irsa.yaml": text, "outputs.json": known }, authorities },
    );
    const { steps } = JSON.parse(stdout) as Plan;
    return steps[0]?.checks.map(({ name, result }) => `${name} ${result}`);
  };

  test("as AWS reads them", async () => {
    expect(await published([root])).toEqual([
      "published passed",
      "trusted passed",
      "roles unknown",
      "accepted passed",
    ]);
  });

  test("a host that is not trusted is none", async () => {
    expect(await published([])).toContain("published failed");
  });
});

describe("refused, and nothing is changed", () => {
  test.each<[string, readonly string[], string, string]>([
    ["no destination", [], cluster(), "prod has one issuer: --to says where"],
    ["an unknown name", ["--name", "x"], cluster(next), "prod has no issuer x: --to says where"],
    ["a name that is none", ["--name", "X", ...to], cluster(), "--name must be at most 63"],
    [
      "a destination while one is staged",
      to,
      cluster(next),
      "--to is for a new issuer, and oidc-2 is in the configuration: leave it out",
    ],
    [
      "an issuer that is made elsewhere",
      to,
      "clusters: [{ name: prod, region: eu-central-1, hosting: existing, issuerUrl: https://a.example }]",
      "the issuer of prod is made elsewhere",
    ],
    ["no bucket", ["--to", "cloudfront"], cluster(), "--bucket is required"],
    ["no bucket for the next step", ["--to", "s3", "--next"], cluster(), "--bucket is required"],
    [
      "the bucket that the cluster has",
      ["--to", "cloudfront", "--bucket", "acme-prod-oidc"],
      cluster(),
      "--bucket must differ from the bucket of the cluster's other issuers",
    ],
    [
      "a bucket for documents that are published elsewhere",
      ["--to", "self-published", "--issuer-url", "https://a.example", "--bucket", "acme-new"],
      cluster(),
      "--bucket ",
    ],
    [
      "a domain for documents that are published elsewhere",
      ["--to", "self-published", "--issuer-url", "https://a.example", "--domain-name", "b.example"],
      cluster(),
      "--domain-name must be left out with hosting: self-published",
    ],
    [
      "a domain without its certificate",
      ["--to", "cloudfront", "--bucket", "acme-new", "--domain-name", "a.example"],
      cluster(),
      "--certificate-arn ",
    ],
    [
      "a step that is not safe",
      ["--next"],
      cluster(next, "eksAnywhere: {}"),
      "the next step of prod, promote oidc-2, is not safe yet; nothing has been changed:",
    ],
    [
      "roles that are none",
      ["--roles", "sa.pub"],
      cluster(next),
      "--roles sa.pub must be all roles of the account",
    ],
    [
      "some of the roles",
      ["--roles", "some.json"],
      cluster(next),
      "--roles some.json must be all roles of the account",
    ],
    [
      "pods that are none",
      ["--api-server-pods", "pods.json"],
      cluster(next),
      "--api-server-pods pods.json must be pods with the container kube-apiserver",
    ],
    ["a token that is none", ["--token", "sa.pub"], cluster(next), "--token sa.pub must be"],
    [
      "documents that are missing",
      ["--documents", "none"],
      cluster(next),
      "none/openid-configuration cannot be read",
    ],
    ["a lifetime", ["--token-lifetime", "1s"], cluster(next), "--token-lifetime must be"],
  ])("%s", async (_name, words, text, message) => {
    const result = await run(words, text, {
      "pods.json": JSON.stringify({ items: [{ metadata: {}, spec: { containers: [] } }] }),
      "some.json": JSON.stringify({ Roles: [], IsTruncated: true }),
    });
    expect(result).toMatchObject({ stdout: "", written: {} });
    expect(result.status).not.toBe(0);
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });

  test("outputs of another cluster", async () => {
    const other = outputs.replaceAll(oldUrl, "https://s3.eu-central-1.amazonaws.com/acme-other");
    const words = ["--terraform-output", "outputs.json"];
    const { stderr, written } = await run(words, cluster(next), { "outputs.json": other });
    expect(written).toEqual({});
    expect(stderr).toContain("outputs.json is of another cluster");
  });
});
