import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { parse } from "yaml";
import { clusterJsonSchema, jsonSchema } from "../../config/json-schema";
import { refusedConfigs } from "../fixtures/refused-configs";
import { properties, shapesOf } from "../support/schema-walk";

const published = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, "../..", name), "utf8"));

test("the published schemas are what `npm run schema` writes", () => {
  expect(published("irsa.schema.json")).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
  expect(published("irsa-cluster.schema.json")).toEqual(clusterJsonSchema());
});

test("the walk sees properties at every depth", () => {
  expect([...properties().keys()]).toEqual(
    expect.arrayContaining([
      ".backend.config",
      ".defaults.talos.version",
      ".clusters[].bucket.accessLogs.prefix",
      ".clusters[].keys[].algorithm",
      ".clusters[].secret.policyFile",
      ".clusters[].serviceAccountRoles[].policies[].hostedZoneArns",
    ]),
  );
});

test.each([...properties()])("%s is described in a sentence", (_path, { description }) => {
  expect(description).toMatch(/^[^ ].*\.$/);
});

test("objects take the named properties alone", () => {
  for (const [path, member] of properties()) {
    for (const shape of shapesOf(member)) {
      if (shape.properties !== undefined) {
        expect([path, shape.additionalProperties]).toEqual([path, false]);
      }
    }
  }
});

describe("in an editor", () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const file = ajv.compile(jsonSchema());
  const cluster = ajv.compile(clusterJsonSchema());
  const isAccepted = (text: string): boolean => file(parse(text));

  const accepted = (...lines: string[]) =>
    ["clusters:", "  - name: a", ...lines.map((line) => `    ${line}`)].join("\n");

  test.each([
    ["the least", accepted("region: eu-central-1", "bucket: acme-oidc", "secretPrefix: talos")],
    [
      "CloudFront",
      accepted("region: eu-central-1", "hosting: cloudfront", "bucket: abc", "secret: none"),
    ],
    [
      "the hosting of the defaults",
      `defaults: {hosting: cloudfront}\n${accepted("priceClass: PriceClass_All")}`,
    ],
  ])("%s is accepted", (_title, text) => {
    expect(isAccepted(text)).toBe(true);
  });

  test.each([
    [
      "what goes with another hosting",
      accepted("region: eu-central-1", "bucket: abc", "secret: none", "priceClass: PriceClass_All"),
    ],
    ["no bucket", accepted("region: eu-central-1", "secret: none")],
    ["no place for the private key", accepted("region: eu-central-1", "bucket: abc")],
    ["a region that is none", accepted("region: Frankfurt", "bucket: abc", "secret: none")],
    [
      "two sources of one key",
      accepted(
        "region: eu-central-1",
        "bucket: abc",
        "keys: [{name: a, publicKey: a, publicKeyFile: b}]",
      ),
    ],
    ["a name in the defaults", `defaults: {name: a}\n${accepted("bucket: abc")}`],
  ])("%s is refused", (_title, text) => {
    expect(isAccepted(text)).toBe(false);
  });

  test("most of what the loader refuses is refused; the rest is in files, between values or by meaning", () => {
    const readable = refusedConfigs.flatMap(({ name, text }) => {
      try {
        return [[name, isAccepted(text)] as const];
      } catch {
        return [];
      }
    });
    const passing = readable.filter(([, isValid]) => isValid).map(([name]) => name);
    expect(passing).toEqual([
      "the key __proto__",
      "KMS where everyone reads",
      "dots in a virtual-hosted bucket",
      "CloudFront in GovCloud",
      "CloudFront in China",
      "CloudFront in an isolated region",
      "a domain whose issuer URL is too long",
      "a key that signs and does so no more",
      "101 keys",
      "two keys of one name",
      "a signing key that is none of the keys",
      "a relay that takes no EC key",
      "a file that is not there",
      "a directory for a file",
      "a file of more than 1 MiB",
      "an empty file",
      "a broken key",
      "a string that is no key",
      "the same key under two names",
      "EC for Terraform's functions",
      "a given key and a secret",
      "a policy that is not there",
      "a policy that is a list",
      "a secret without any name",
      "an issuer with a retired name",
      "a previous issuer twice",
      "the present issuer as a previous one",
      "two clusters of one name",
      "two clusters with one bucket",
      "one bucket made twice, with prefixes",
      "one place in an existing bucket",
      "one place in a bucket that another makes",
      "two clusters with one issuer URL",
      "an issuer URL that is another's bucket",
      "two clusters with one secret",
      "one state for two clusters",
      "one state of a backend without keys for two clusters",
      "a region that does not exist",
      "a region that is like none",
      "a role of another account",
      "a role of another partition",
      "a secret's key in another region",
      "a bucket's key in another region",
      "a copy in the secret's own region",
      "a copy in another partition",
      "a copy in a region that does not exist",
      "one public key for two issuers",
      "one previous issuer whose identity provider two clusters make",
      "a backend of its own that cannot work",
      "two roles of one ServiceAccount",
      "two roles that are primary for one",
      "names of roles that differ by case",
      "a role that is named like another's policy",
      "a policy of AWS in another partition",
      "machines of a Talos that the provider does not configure",
      "settings of machines without machines",
      "one name for two machines",
      "workers outside AWS with the AWS cloud controller",
      "workers outside AWS in a cluster whose nodes wait for the AWS cloud controller",
      "machines whose signing key is in the state",
      "an accepted issuer that the machines would not get",
      "an endpoint twice, machines twice",
      "a patch that is no YAML map",
      "a key where k3s reads none",
      "previous issuers in a map of kubeadm",
    ]);
  });

  test("a file of clusters/ is one cluster", () => {
    expect(cluster({ name: "a", bucket: "abc" })).toBe(true);
    expect(cluster({ name: "a", bucket: "ABC" })).toBe(false);
    expect(cluster({ clusters: [] })).toBe(false);
  });
});
