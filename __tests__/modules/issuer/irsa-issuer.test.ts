import { TerraformStack, TerraformVariable } from "cdktf";
import { readPublicKeys } from "../../../modules/documents";
import { Hosting, IrsaIssuer, type IrsaIssuerProps, SigningKey } from "../../../modules/issuer";
import { keyVectors } from "../../fixtures/key-vectors";
import { appInTemporaryDirectory } from "../../support/synthesize";
import { byAddress, type TerraformConfiguration } from "../../support/terraform-json";

const props: IrsaIssuerProps = {
  hosting: Hosting.s3({ bucket: "acme-oidc" }),
  secret: { name: "talos/prod" },
  terraformNames: "talos-documentation",
};

function make(changed: Partial<IrsaIssuerProps> = {}) {
  const stack = new TerraformStack(appInTemporaryDirectory(), "test");
  const issuer = new IrsaIssuer(stack, "irsa", { ...props, ...changed });
  return { stack, issuer, elements: byAddress(stack.toTerraform() as TerraformConfiguration) };
}

const pem = (index: number) => keyVectors[index]?.public_key_pem ?? "";

describe("keys that are all given", () => {
  const given = async () => ({
    keys: [SigningKey.fromPublicKeys("cluster", await readPublicKeys(pem(0)))],
    secret: undefined,
    thumbprint: "none" as const,
  });

  test("need the AWS provider alone, and no program", async () => {
    const types = Object.keys(make(await given()).elements).map((address) => address.split(".", 2));
    expect(types.flat().filter((part) => /^(tls|external)/.test(part))).toEqual([]);
  });

  test("are published as they are, and their private halves kept nowhere", async () => {
    const { issuer, elements } = make(await given());
    expect(issuer.secretArn).toBeUndefined();
    expect(issuer.keyIds).toEqual([keyVectors[0]?.kid]);
    expect(JSON.parse(String(elements["aws_s3_object.keys_json"]?.content))).toEqual({
      keys: await readPublicKeys(pem(0)),
    });
  });

  test("may stand beside a generated one, which signs", async () => {
    const publicKeys = await readPublicKeys(pem(0));
    const { elements, issuer } = make({
      keys: [SigningKey.fromPublicKeys("old", publicKeys), SigningKey.generated("new")],
    });
    expect(elements["tls_private_key.new"]).toEqual({ algorithm: "RSA", rsa_bits: 2048 });
    expect(JSON.stringify(elements["data.external.jwks"])).toContain(
      "tls_private_key.new.public_key_pem",
    );
    expect(issuer.secretArn).toBeDefined();
  });
});

describe("the thumbprint", () => {
  const list = (thumbprint: IrsaIssuerProps["thumbprint"]) =>
    make({ thumbprint }).elements["aws_iam_openid_connect_provider.oidc"]?.thumbprint_list;

  test.each([
    ["certificate", ["${data.tls_certificate.oidc.certificates[0].sha1_fingerprint}"]],
    ["none", undefined],
    [["ab".repeat(20)], ["ab".repeat(20)]],
  ] as const)("%p", (thumbprint, expected) => {
    expect(list(thumbprint)).toEqual(expected);
  });

  test("a token for a list decides at plan", () => {
    const { stack } = make();
    const variable = new TerraformVariable(stack, "thumbprints", { type: "list(string)" });
    expect(list(variable.listValue)).toBe(
      "${(var.thumbprints == null) ? [data.tls_certificate.oidc[0].certificates[0].sha1_fingerprint] : (length(var.thumbprints) < 1) ? null : var.thumbprints}",
    );
  });
});

test("tags are on the bucket, the secret and the provider", () => {
  const { elements } = make({ tags: { team: "platform" } });
  expect(
    Object.entries(elements)
      .filter(([, { tags }]) => tags !== undefined)
      .map(([address]) => address)
      .sort(),
  ).toEqual([
    "aws_iam_openid_connect_provider.oidc",
    "aws_s3_bucket.oidc",
    "aws_secretsmanager_secret.signing_key",
  ]);
});

test("the functions of Terraform compute the JWKS without a program", () => {
  const { elements } = make({ jwksComputation: "functions" });
  expect(elements["data.external.jwks"]).toBeUndefined();
  expect(elements["aws_s3_object.key_der"]).toMatchObject({
    checksum_algorithm: "SHA256",
    content_base64: "${local.key_der}",
  });
});

test("a second issuer at the same addresses is refused, where Terraform JSON would drop one of the two", () => {
  const { stack } = make();
  expect(() => new IrsaIssuer(stack, "second", props)).toThrow("already has tls_private_key.key");
});

const goodSecret = { name: "talos/prod" };

test.each<[string, Partial<IrsaIssuerProps>, string]>([
  ["a short bucket name", { hosting: Hosting.s3({ bucket: "ab" }) }, "3 to 63 characters"],
  ["a long bucket name", { hosting: Hosting.s3({ bucket: "a".repeat(64) }) }, "3 to 63 characters"],
  ["capitals in a bucket name", { hosting: Hosting.s3({ bucket: "Acme" }) }, "lower-case letters"],
  [
    "an underscore in a bucket name",
    { hosting: Hosting.s3({ bucket: "a_b" }) },
    "lower-case letters",
  ],
  ["a quote in a bucket name", { hosting: Hosting.s3({ bucket: 'ab"c' }) }, "lower-case letters"],
  [
    "an expression in a bucket name",
    { hosting: Hosting.s3({ bucket: "a${b}c" }) },
    "lower-case letters",
  ],
  [
    "a bucket name that begins with a hyphen",
    { hosting: Hosting.s3({ bucket: "-abc" }) },
    "begin and end",
  ],
  [
    "a bucket name that ends with a period",
    { hosting: Hosting.s3({ bucket: "abc." }) },
    "begin and end",
  ],
  ["two periods side by side", { hosting: Hosting.s3({ bucket: "a..b" }) }, "no two periods"],
  ["an IP address", { hosting: Hosting.s3({ bucket: "192.168.5.4" }) }, "IP address"],
  ["a reserved prefix", { hosting: Hosting.s3({ bucket: "xn--acme" }) }, "reserves"],
  ["a reserved suffix", { hosting: Hosting.s3({ bucket: "acme--ol-s3" }) }, "reserves"],
  ["an empty secret name", { secret: { name: "" } }, "1 to 512 characters"],
  ["a long secret name", { secret: { name: "a".repeat(513) } }, "1 to 512 characters"],
  ["a blank in a secret name", { secret: { name: "a b" } }, "only letters, digits"],
  ["an expression in a secret name", { secret: { name: "${a}" } }, "only letters, digits"],
  [
    "a recovery window of 5",
    { secret: { ...goodSecret, recoveryWindowInDays: 5 } },
    "secret.recoveryWindowInDays must be a whole number from 7 to 30, or 0",
  ],
  [
    "a recovery window of 31",
    { secret: { ...goodSecret, recoveryWindowInDays: 31 } },
    "secret.recoveryWindowInDays must be a whole number from 7 to 30, or 0",
  ],
  [
    "a broken recovery window",
    { secret: { ...goodSecret, recoveryWindowInDays: 7.5 } },
    "secret.recoveryWindowInDays must be a whole number from 7 to 30, or 0",
  ],
  ["no secret for a generated key", { secret: undefined }, "secret is missing"],
  ["no keys", { keys: [] }, "at least one key"],
  [
    "keys that hold none",
    { keys: [SigningKey.fromPublicKeys("none", [])], secret: undefined },
    "at least one key",
  ],
  [
    "a key name that is no identifier",
    { keys: [SigningKey.generated("a b")] },
    "keys[0].name must begin",
  ],
  [
    "two keys of one name",
    { keys: [SigningKey.generated("a"), SigningKey.generated("a")] },
    "keys[1].name must not repeat another entry",
  ],
  ["a short thumbprint", { thumbprint: ["abc"] }, "40 hexadecimal digits"],
  ["a thumbprint of SHA-256", { thumbprint: ["a".repeat(64)] }, "40 hexadecimal digits"],
  ["an empty list of thumbprints", { thumbprint: [] }, "1 to 5 values"],
  ["six thumbprints", { thumbprint: Array<string>(6).fill("a".repeat(40)) }, "1 to 5 values"],
])("%s is refused", (_title, changed, says) => {
  expect(() => make(changed)).toThrow(says);
});
