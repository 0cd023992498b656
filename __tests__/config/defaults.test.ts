import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ConfigError } from "../../config/config-error";
import { loadConfig, parseConfig } from "../../config/load";
import { keyVectors } from "../fixtures/key-vectors";

/** The clusters of a configuration, by name. */
async function clusters(text: string) {
  const { clusters: read = [] } = await parseConfig(text, "irsa.yaml");
  return Object.fromEntries(read.map((cluster) => [cluster.name, cluster]));
}

async function refusal(loading: Promise<unknown>): Promise<string[]> {
  const error = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw new Error("was not refused", { cause: error });
  return error.message.split("\n");
}

const shared = `
defaults:
  region: eu-central-1
  hosting: cloudfront
  priceClass: PriceClass_All
  secretPrefix: talos
  bucket: { versioning: true }
  talos: { version: "1.13.6" }
  tags: { team: platform, stage: prod }
  serviceAccountRoles: [{ name: app, serviceAccounts: [shop/app] }]
`;

describe("defaults", () => {
  test("of a distribution do not reach a cluster that runs another", async () => {
    const text = `
defaults: { region: eu-central-1, secretPrefix: a, talos: { version: "1.13" }, k3s: { dataDir: /srv } }
clusters:
  - { name: a, bucket: acme-a, k3s: { acceptedIssuers: [https://a.example] } }
  - { name: b, bucket: acme-b, rke2: {} }`;
    const { a, b } = await clusters(text);
    expect(a?.config).toMatchObject({
      k3s: { dataDir: "/srv", acceptedIssuers: ["https://a.example"] },
    });
    expect([a?.talos, b?.talos, b?.config.k3s]).toEqual([undefined, undefined, undefined]);
    expect(await refusal(clusters(`${text}\n  - { name: c, bucket: acme-c }`))).toEqual([
      "irsa.yaml:2:85 defaults.k3s must be left out: a cluster runs one distribution, and this one says talos",
    ]);
  });

  test("are what a cluster does not say; maps are merged, lists and the rest replaced", async () => {
    const { a, b } = await clusters(`${shared}
clusters:
  - name: a
    bucket: { name: acme-a }
  - name: b
    region: us-east-1
    hosting: s3-virtual-hosted
    bucket: { name: acme-b, versioning: false }
    tags: { stage: lab }
    serviceAccountRoles: []
`);
    expect(a).toMatchObject({
      region: "eu-central-1",
      talos: { version: "1.13.6" },
      issuer: {
        hosting: { kind: "cloudfront", bucket: { name: "acme-a", versioning: true } },
        secret: { name: "talos/a" },
        tags: { team: "platform", stage: "prod" },
      },
      serviceAccountRoles: [{ name: "app", tags: { team: "platform", stage: "prod" } }],
    });
    expect(b).toMatchObject({
      region: "us-east-1",
      issuer: {
        hosting: { kind: "s3-virtual-hosted", bucket: { name: "acme-b", versioning: false } },
        tags: { team: "platform", stage: "lab" },
      },
      serviceAccountRoles: [],
    });
  });

  test("leave alone a cluster that has no use for them", async () => {
    const { trusted, own } = await clusters(`${shared}
clusters:
  - { name: trusted, hosting: existing, issuerUrl: "https://a.example" }
  - name: own
    bucket: { name: acme-own }
    keys: [{ name: cluster, publicKey: ${JSON.stringify(keyVectors[0]?.public_key_pem)} }]
`);
    expect(trusted).toMatchObject({ issuer: { issuerUrl: "https://a.example" } });
    expect(own).toMatchObject({ issuer: { secret: undefined } });
  });

  test("that are wrong are reported once, at their own lines, and nothing follows from them", async () => {
    const text = `defaults:
  region: Frankfurt
  hosting: cloud-front
  tags: { "aws:a": b }
  name: a
clusters:
  - { name: a, bucket: acme-a, secret: none }
  - { name: b, bucket: acme-b, secret: none, tags: { c: "\${d}" } }`;
    expect(await refusal(parseConfig(text, "irsa.yaml"))).toEqual([
      'irsa.yaml:2:11 defaults.region must be an AWS region such as eu-central-1, got "Frankfurt"',
      'irsa.yaml:3:12 defaults.hosting must be "s3" or "s3-virtual-hosted" or "cloudfront" or "self-published" or "existing", got "cloud-front"',
      'irsa.yaml:4:11 defaults.tags["aws:a"] as a key must not begin with aws:, which AWS reserves',
      "irsa.yaml:5:3 defaults.name is an unknown property",
      expect.stringMatching(/^irsa\.yaml:8:\d+ clusters\[1\]\.tags\.c must contain only letters/),
    ]);
  });

  test("name accounts and backends, and a state that two clusters share is refused where it is said", async () => {
    const text = `backend: { type: local }
defaults:
  secret: none
  accountId: "111122223333"
  backend: { type: s3, config: { bucket: state, key: one } }
clusters:
  - { name: a, region: eu-central-1, bucket: acme-a }
  - { name: b, region: eu-central-1, bucket: acme-b, backend: { config: { key: two } } }
  - { name: c, region: eu-central-1, bucket: acme-c, backend: { type: gcs, config: { bucket: s } }, profile: c }`;
    expect(await clusters(text)).toMatchObject({
      a: { accountId: "111122223333", backend: { type: "s3", config: { key: "one" } } },
      b: { backend: { type: "s3", config: { bucket: "state", key: "two" } } },
      c: { profile: "c", backend: { type: "gcs", config: { bucket: "s" } } },
    });
    const [problem, ...more] = await refusal(
      parseConfig(text.replace(", backend: { config: { key: two } }", ""), "irsa.yaml"),
    );
    expect(problem).toMatch(/^irsa\.yaml:5:\d+ defaults\.backend\.config\.key must be left out or/);
    expect(more).toEqual([]);
  });
});

describe("clusters/*.yaml", () => {
  const write = (files: Readonly<Record<string, string>>) => {
    const directory = mkdtempSync(join(tmpdir(), "irsa-clusters-"));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    return directory;
  };
  const load = async (directory: string) => loadConfig({ file: join(directory, "irsa.yaml") });

  test("are clusters, after those of irsa.yaml, by the names of the files", async () => {
    const directory = write({
      "irsa.yaml":
        "defaults: {region: eu-central-1, secret: none}\nclusters: [{name: z, bucket: acme-z}]",
      "clusters/b.yaml": "name: b\nbucket: acme-b",
      "clusters/a.yml": "name: a\nbucket: acme-a\nregion: us-east-1",
      "clusters/README.md": "# no cluster",
    });
    const config = await load(directory);
    expect(config?.clusters?.map(({ name, region }) => [name, region])).toEqual([
      ["z", "eu-central-1"],
      ["a", "us-east-1"],
      ["b", "eu-central-1"],
    ]);
  });

  test("need no irsa.yaml, and name files relative to themselves", async () => {
    const directory = write({
      "clusters/a.yaml":
        "name: a\nregion: eu-central-1\nbucket: acme-a\nkeys: [{name: k, publicKeyFile: a.pub}]",
      "clusters/a.pub": keyVectors[0]?.public_key_pem ?? "",
    });
    expect((await load(directory))?.clusters).toMatchObject([
      { issuer: { keys: [{ publicKeys: [{ kid: keyVectors[0]?.kid }] }] } },
    ]);
  });

  test("report what is wrong at their own lines, all files at once", async () => {
    const directory = write({
      "irsa.yaml":
        "defaults: {region: eu-central-1, secret: none}\nclusters: [{name: a, bucket: A}]",
      "clusters/b.yaml": "name: b\nbuckets: acme-b",
      "clusters/c.yaml": "- name: c",
      "clusters/d.yaml": "name: a\nbucket: acme-d",
    });
    const lines = await refusal(load(directory));
    expect(lines.map((line) => line.replace(`${directory}/`, ""))).toEqual([
      expect.stringMatching(/^clusters\/b\.yaml:1:1 bucket is required/),
      'clusters/b.yaml:2:1 buckets is an unknown property; did you mean "bucket"?',
      "clusters/c.yaml:1:1 must be a map, got a list",
      "clusters/d.yaml:1:7 name must differ from that of the cluster a",
      expect.stringMatching(/^irsa\.yaml:2:\d+ clusters\[0\]\.bucket must be 3 to 63/),
      expect.stringMatching(/^irsa\.yaml:2:\d+ clusters\[0\]\.bucket must contain only/),
      expect.stringMatching(/^irsa\.yaml:2:\d+ clusters\[0\]\.bucket must begin/),
    ]);
  });

  test("a thousand clusters with twelve roles each are read, in one file or in many", async () => {
    const roles = Array.from({ length: 12 }, (_, index) => ({
      name: `role-${index}`,
      serviceAccounts: [`shop/app-${index}`],
      awsManagedPolicies: ["AmazonS3ReadOnlyAccess"],
    }));
    const all = Array.from({ length: 1000 }, (_, index) => ({
      name: `c${index}`,
      region: "eu-central-1",
      bucket: `acme-oidc-${index}`,
      secretPrefix: "talos",
      serviceAccountRoles: roles,
    }));
    const one = await parseConfig(JSON.stringify({ clusters: all }), "irsa.yaml");
    const files = all.map((each) => ({
      file: `clusters/${each.name}.yaml`,
      text: JSON.stringify(each),
    }));
    const many = await parseConfig("{}", "irsa.yaml", files);
    expect(one.clusters?.length).toBe(1000);
    expect(many).toEqual(one);
  });
});
