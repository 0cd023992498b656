import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { keys, withoutKeys } from "../../modules/cluster/keys";
import { expectGolden } from "../../support/golden";
import { base64Key, directory, formerIssuer, irsa, issuer, type Run, runIn, command } from "../run";
import { ownKey, terraformOutput, trusted } from "../run";

const own = "https://kubernetes.default.svc.cluster.local";
const files = {
  "outputs.json": terraformOutput(),
  "sa.key": keys.pkcs1,
  "former.pub": keys.formerPublicKey,
};
const words = (text: string) => text.split(" ");
const config = (text: string, input = ""): Promise<Run> =>
  irsa(["cluster-config", ...words(text)], { files, input });

test("the results are the golden files", async () => {
  const golden = mkdtempSync(join(tmpdir(), "irsa-golden-"));
  const keep = (name: string, text: string) => {
    writeFileSync(join(golden, name), withoutKeys(text));
  };
  const examples: [string, string, string][] = [
    ["talos-1.12.yaml", "talos --talos-version 1.12", terraformOutput()],
    [
      "talos-1.13.yaml",
      "talos --talos-version 1.13 --published-jwks-uri",
      terraformOutput(trusted),
    ],
    [
      "talos-1.14.yaml",
      "talos --talos-version v1.14.1 --control-plane-endpoint https://10.0.0.1:6443 --previous-public-key former.pub --api-audience vault --extra-api-server-arg oidc-issuer-url=https://login.example.com --extra-api-server-arg oidc-client-id=kubernetes",
      terraformOutput(trusted),
    ],
    [
      "kubeadm.yaml",
      `kubeadm --previous-issuer ${own} --previous-issuer ${formerIssuer} --public-key-file /etc/irsa/former.pub --extra-api-server-arg v=2`,
      terraformOutput({ ...trusted, ...ownKey }),
    ],
    [
      "kubeadm-v1beta3.yaml",
      "kubeadm --api-version v1beta3 --signing-key-file /etc/irsa/sa.key --api-audience a.example --api-audience b.example",
      terraformOutput(),
    ],
    [
      "k3s.yaml",
      `k3s --published-jwks-uri --previous-issuer ${own} --public-key-file /etc/irsa/former.pub --data-dir /srv/k3s --extra-api-server-arg v=2`,
      terraformOutput(ownKey),
    ],
    ["rke2.yaml", `rke2 --accepted-issuer ${own}`, terraformOutput(ownKey)],
    [
      "k0s.yaml",
      "k0s --api-audience a.example --accepted-issuer https://kubernetes.default.svc",
      terraformOutput(ownKey),
    ],
    [
      "microk8s.txt",
      "microk8s --accepted-issuer https://kubernetes.default.svc --public-key-file /etc/irsa/former.pub",
      terraformOutput(ownKey),
    ],
    ["eks-anywhere.yaml", "eks-anywhere --cluster-name prod-eu", terraformOutput(ownKey)],
  ];
  for (const [name, argv, input] of examples) {
    const { status, stdout, stderr, written } = await config(argv, input);
    expect([name, status, written]).toEqual([name, 0, {}]);
    expect(parseAllDocuments(stdout).flatMap(({ errors }) => errors)).toEqual([]);
    keep(name, stdout);
    if (stderr !== "") keep(`${name}.stderr.txt`, stderr);
  }
  keep("help.txt", (await irsa(["--help"])).stdout);
  keep("talos-help.txt", (await config("talos --help")).stdout);
  expectGolden(golden, "cli/cluster-config");
});

describe("the same comes from", () => {
  let expected = "";

  beforeAll(async () => {
    expected = (await config("talos --talos-version 1.13", terraformOutput())).stdout;
  });

  it("a file with Terraform's outputs", async () => {
    const argv = "talos --talos-version 1.13 --terraform-output outputs.json";
    expect((await config(argv)).stdout).toBe(expected);
    expect((await config(argv, "no JSON")).stdout).toBe(expected);
  });

  it("standard input by its name", async () => {
    const argv = "talos --talos-version 1.13 --terraform-output -";
    expect((await config(argv, terraformOutput())).stdout).toBe(expected);
  });

  it("a slow Terraform", () => {
    const pipe = `(sleep 0.7; cat outputs.json) | node '${command}' cluster-config talos --talos-version 1.13`;
    expect(runIn(directory({ files }), ["sh", "-c", pipe], { files }).stdout).toBe(expected);
  });

  it("options, whatever standard input holds", async () => {
    const argv = `talos --talos-version 1.13 --issuer-url ${issuer} --private-key sa.key`;
    expect((await config(argv)).stdout).toBe(expected);
    expect((await config(argv, "no JSON")).stdout).toBe(expected);
  });

  it("a key of the user's own beside Terraform's outputs", async () => {
    const input = terraformOutput({ signing_key: undefined });
    expect((await config("talos --talos-version 1.13 --private-key sa.key", input)).stdout).toBe(
      expected,
    );
  });

  it("a key on standard input", async () => {
    const argv = `talos --talos-version 1.13 --issuer-url ${issuer} --private-key -`;
    expect((await config(argv, base64Key)).stdout).toBe(expected);
  });
});

describe("former issuers", () => {
  it.each([
    ["of Terraform's output are accepted", "", [issuer, formerIssuer]],
    ["of options take their place", ` --previous-issuer ${own}`, [issuer, own]],
    ["are left out when that is said", " --no-previous-issuer", issuer],
  ])("%s", async (_, option, expected) => {
    const { stdout } = await config(
      `talos --talos-version 1.13${option}`,
      terraformOutput(trusted),
    );
    expect(parseAllDocuments(stdout)[0]?.toJS()).toMatchObject({
      cluster: { apiServer: { extraArgs: { "service-account-issuer": expected } } },
    });
  });
});

test.each([
  [
    "a URL that is given",
    "--published-jwks-uri https://cdn.example.com/keys.json",
    "cdn.example.com",
  ],
  ["the published one", "--published-jwks-uri", issuer.replace("https://", "")],
])("the JWKS URI is %s", async (_, option, host) => {
  const { stdout } = await config(`k3s ${option}`, terraformOutput(ownKey));
  expect(stdout).toContain(`service-account-jwks-uri=https://${host}/keys.json`);
});

describe("a file", () => {
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

  it("with a private key is its owner's alone, whatever was there before", async () => {
    const argv = "talos --talos-version 1.13 --out clusters/prod/patch.yaml --force";
    const before = { ...files, "clusters/prod/patch.yaml": "former" };
    for (const given of [files, before]) {
      const { status, stdout, stderr, written, cwd } = await irsa(
        ["cluster-config", ...words(argv)],
        {
          files: given,
          input: terraformOutput(),
        },
      );
      expect({ status, stdout, stderr }).toEqual({
        status: 0,
        stdout: "Wrote clusters/prod/patch.yaml\n",
        stderr: expect.stringContaining("--patch @clusters/prod/patch.yaml") as unknown,
      });
      expect(Object.keys(written)).toEqual(["clusters/prod/patch.yaml"]);
      expect(written["clusters/prod/patch.yaml"]).toContain(base64Key);
      expect(mode(join(cwd, "clusters/prod/patch.yaml"))).toBe("600");
    }
  });

  it("without one is everybody's to read", async () => {
    const { written, cwd } = await config("k3s --out config.yaml", terraformOutput(ownKey));
    expect(Object.keys(written)).toEqual(["config.yaml"]);
    expect(mode(join(cwd, "config.yaml"))).toBe("644");
  });

  it("named - is standard output", async () => {
    const { stdout, written } = await config("k3s --out -", terraformOutput(ownKey));
    expect([stdout.split(":")[0], written]).toEqual(["kube-apiserver-arg", {}]);
  });
});

describe("a key that Terraform made", () => {
  const places = {
    k3s: "/var/lib/rancher/k3s/server/tls/service.key",
    rke2: "/var/lib/rancher/rke2/server/tls/service.key",
    k0s: "/var/lib/k0s/pki/sa.key",
    MicroK8s: "/var/snap/microk8s/current/certs/serviceaccount.key",
  };

  it.each(["kubeadm", "k3s", "rke2", "k0s", "microk8s", "eks-anywhere --cluster-name prod"])(
    "is not the one that %s signs with",
    async (argv) => {
      const { status, stdout, stderr } = await config(argv, terraformOutput());
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(/Terraform made this issuer's signing key, and .* signs with/);
      expect(stderr).toContain("publicKeyFile: sa.pub");
      expect(stderr.includes("--signing-key-file")).toBe(!argv.startsWith("eks-anywhere"));
    },
  );

  it.each([
    "kubeadm --signing-key-file /etc/irsa/sa.key",
    ...Object.entries(places).map(
      ([name, place]) => `${name.toLowerCase()} --signing-key-file ${place}`,
    ),
    "k3s --data-dir /srv/k3s --signing-key-file /srv/k3s/server/tls/service.key",
  ])("is the one that the cluster signs with after %s", async (argv) => {
    expect((await config(argv, terraformOutput())).status).toBe(0);
  });

  it.each(Object.entries(places))("must lie where %s reads it", async (name, place) => {
    const argv = `${name.toLowerCase()} --signing-key-file /a`;
    const { status, stderr } = await config(argv, terraformOutput());
    expect([status, stderr]).toEqual([
      1,
      `--signing-key-file must be ${place}, where ${name} reads its key, got "/a"\n`,
    ]);
  });

  it("is not the one of a Talos cluster that keeps its own", async () => {
    const argv = "talos --talos-version 1.13.6 --keep-key";
    const { status, stdout, stderr } = await config(argv, terraformOutput());
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^--keep-key needs an issuer that publishes the cluster's own key, and/);
  });
});

describe("a Talos cluster that keeps its key", () => {
  const argv = "talos --talos-version 1.13.6 --keep-key --accepted-issuer https://10.0.0.1:6443";

  it("gets a patch without a key, that a terminal may show", async () => {
    const run = await irsa(
      ["cluster-config", ...words(argv), "--terraform-output", "outputs.json"],
      {
        files: { "outputs.json": terraformOutput(ownKey) },
        isTerminal: true,
      },
    );
    expect(run.status).toBe(0);
    expect(parseAllDocuments(run.stdout)[0]?.toJS()).toEqual({
      cluster: {
        apiServer: {
          extraArgs: { "service-account-issuer": [issuer, "https://10.0.0.1:6443"] },
        },
      },
    });
    expect(run.stderr).not.toContain("private key");
  });

  it("takes no private key beside that", async () => {
    const { status, stderr } = await config(
      `${argv} --private-key sa.key`,
      terraformOutput(ownKey),
    );
    expect([status, stderr]).toEqual([1, "--keep-key and --private-key exclude each other\n"]);
  });
});

describe("what is allowed with consequences is a warning on standard error", () => {
  const slashed = { ...ownKey, issuer_url: `${issuer}/` };

  it.each<[string, string, string, string]>([
    [
      "AWS's audience",
      `kubeadm --api-audience ${issuer} --api-audience sts.amazonaws.com`,
      terraformOutput(ownKey),
      "STS-AUDIENCE",
    ],
    [
      "AWS's audience in k0s",
      "k0s --api-audience sts.amazonaws.com",
      terraformOutput(ownKey),
      "STS-AUDIENCE",
    ],
    ["a slash", "k3s", terraformOutput(slashed), "ISSUER-SLASH"],
    ["raw arguments", `k0s --accepted-issuer ${own}`, terraformOutput(ownKey), "K0S-RAW-ARGS"],
    [
      "a former issuer before 1.13.6",
      "talos --talos-version 1.13.5",
      terraformOutput(trusted),
      "ONE-ISSUER",
    ],
    [
      "a version without its patch",
      "talos --talos-version 1.13",
      terraformOutput(trusted),
      "TALOS-PATCH-VERSION",
    ],
  ])("%s", async (_, argv, input, code) => {
    const { status, stdout, stderr } = await config(argv, input);
    expect(status).toBe(0);
    expect(stdout).not.toBe("");
    expect(stderr).toMatch(new RegExp(`^warning: .*\\(IRSA-CLUSTER-${code}\\)\n  `));
  });
});

describe("without a private key on standard input,", () => {
  it.each(["kubeadm", "k3s", "rke2", "k0s", "microk8s", "eks-anywhere --cluster-name prod"])(
    "%s takes the one output that it needs",
    async (argv) => {
      const all = await config(argv, terraformOutput(ownKey));
      const one = await config(argv, JSON.stringify(issuer));
      expect(one).toMatchObject({ status: 0, stdout: all.stdout });
    },
  );

  it("the file of cdktf is understood", async () => {
    const stack = { issuer_url: issuer, jwks_uri: `${issuer}/keys.json`, ...trusted };
    const all = await config("k3s", terraformOutput({ ...trusted, ...ownKey }));
    expect(await config("k3s", JSON.stringify({ prod: stack }))).toMatchObject({
      status: 0,
      stdout: all.stdout,
    });
    const two = JSON.stringify({ lab: { issuer_url: "https://lab.example" }, prod: stack });
    expect((await config("k3s --stack prod", two)).stdout).toBe(all.stdout);
    expect((await config("k3s --stack x", two)).stderr).toBe(
      "--stack must be one of lab, prod in standard input\n",
    );
  });
});

describe("a file that is there", () => {
  const out = "k3s --out config.yaml";
  const before = (text: string) => ({ files: { "config.yaml": text }, input: `"${issuer}"` });
  const run = (argv: string, text: string) =>
    irsa(["cluster-config", ...words(argv)], before(text));

  it("is kept when it is equal", async () => {
    const { stdout } = await config("k3s", `"${issuer}"`);
    expect(await run(out, stdout)).toMatchObject({ status: 0, stdout: "Wrote config.yaml\n" });
  });

  it("is replaced with --force alone", async () => {
    expect(await run(out, "other")).toMatchObject({
      status: 1,
      stderr: "config.yaml exists with other content; replace it with --force\n",
      written: {},
    });
    const { status, written } = await run(`${out} --force`, "other");
    expect([status, Object.keys(written)]).toEqual([0, ["config.yaml"]]);
  });
});

test.each(["talos --talos-version 1.12", "talos --talos-version 1.13", "kubeadm", "k3s", "k0s"])(
  "%s as JSON has what the YAML has",
  async (argv) => {
    const input = terraformOutput(argv.startsWith("talos") ? {} : ownKey);
    const yaml = parseAllDocuments((await config(argv, input)).stdout).map(
      (each) => each.toJS() as unknown,
    );
    const { stdout } = await config(`${argv} --json`, input);
    expect(JSON.parse(stdout)).toEqual(yaml.length === 1 ? yaml[0] : yaml);
  },
);

test.each([
  ["talos --talos-version 1.13 --out p.yaml", /--patch @p.yaml\nthen delete p.yaml/],
  ["kubeadm", /kubeadm init phase control-plane all/],
  ["k3s", /systemctl restart k3s$/m],
  ["rke2", /\/etc\/rancher\/rke2\/config.yaml[^]*systemctl restart rke2-server$/m],
  ["k0s", /\/etc\/k0s\/k0s.yaml[^]*k0s stop && k0s start$/m],
  ["microk8s", /args\/kube-apiserver[^]*snap restart microk8s.daemon-kubelite$/m],
])("the next steps of %s go to standard error", async (argv, steps) => {
  const { stderr } = await config(argv, terraformOutput(argv.startsWith("talos") ? {} : ownKey));
  expect(stderr).toMatch(steps);
  expect(stderr).toMatch(
    /kubectl get --raw \/openid\/v1\/jwks\nThen: irsa manifests smoke-test\n$/,
  );
  expect(stderr.split("\n").length).toBeLessThan(9);
});
