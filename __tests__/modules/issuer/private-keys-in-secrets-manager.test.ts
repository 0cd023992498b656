import { TerraformStack } from "cdktf";
import { Hosting, IrsaIssuer, type IrsaIssuerProps, SigningKey } from "../../../modules/issuer";
import { keyAlgorithms } from "../../../modules/issuer/keys/key-algorithms";
import { appInTemporaryDirectory } from "../../support/synthesize";
import { byAddress, type Element, type TerraformConfiguration } from "../../support/terraform-json";

type Configuration = TerraformConfiguration & {
  readonly ephemeral?: Readonly<Record<string, Readonly<Record<string, Element>>>>;
  readonly removed?: readonly { from: string; lifecycle: object }[];
  readonly moved?: readonly { from: string; to: string }[];
};
const kept = SigningKey.keptInSecretsManager.bind(SigningKey);
const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:talos/prod-AbCdEf";

function make(keys: readonly SigningKey[], props: Partial<IrsaIssuerProps> = {}) {
  const stack = new TerraformStack(appInTemporaryDirectory(), "prod");
  const issuer = new IrsaIssuer(stack, "irsa", {
    hosting: Hosting.s3({ bucket: "acme-oidc", region: "eu-central-1" }),
    terraformNames: "talos-documentation",
    keys,
    ...props,
  });
  const configuration = stack.toTerraform() as Configuration;
  return { issuer, stack, configuration, elements: byAddress(configuration) };
}
const secret = { name: "talos/prod" };

describe("a key that is kept in Secrets Manager alone", () => {
  test.each(Object.entries(keyAlgorithms))("%s: is made ephemerally", (name, details) => {
    const algorithm = name as keyof typeof keyAlgorithms;
    const { configuration } = make([kept("a", { algorithm })], { secret });
    const { algorithm: kind, ...size } = details.arguments;
    expect(configuration.ephemeral?.tls_private_key?.a).toEqual({
      algorithm: kind,
      ...("rsaBits" in size ? { rsa_bits: size.rsaBits } : { ecdsa_curve: size.ecdsaCurve }),
    });
  });

  test("has a secret and a parameter of its own, named after it", () => {
    const { elements, configuration } = make([kept("a"), kept("b")], { secret });
    expect(elements["aws_secretsmanager_secret.a"]).toMatchObject({ name: "talos/prod/a" });
    expect(elements["aws_secretsmanager_secret.b"]).toMatchObject({ name: "talos/prod/b" });
    expect(elements["aws_ssm_parameter.b"]).toMatchObject({ name: "/self-hosted-irsa/prod/b" });
    expect(elements["aws_secretsmanager_secret_version.a"]).toMatchObject({
      secret_string_wo: "${base64encode(ephemeral.tls_private_key.a.private_key_pem)}",
      secret_string_wo_version: 1,
    });
    expect(configuration.ephemeral?.aws_secretsmanager_secret_version?.a).toEqual({
      secret_id: "${aws_secretsmanager_secret_version.a.secret_id}",
      version_id: "${aws_secretsmanager_secret_version.a.version_id}",
    });
  });

  test("is published as it is read back, never as it is generated", () => {
    const { elements, configuration } = make([kept("a")], { secret });
    expect(JSON.stringify(elements["data.external.jwks"])).toContain(
      "data.aws_ssm_parameter.a.insecure_value",
    );
    expect(elements["aws_ssm_parameter.a"]).toMatchObject({
      value_wo: "${ephemeral.tls_public_key.a.public_key_pem}",
    });
    const users = JSON.stringify(configuration).split("ephemeral.tls_private_key.").length - 1;
    expect(users).toBe(1);
  });

  test("keeps the options of the issuer's secret", () => {
    const options = { format: "pem", recoveryWindowInDays: 7, policy: "{}" } as const;
    const { elements } = make([kept("a")], { secret: { ...secret, ...options }, tags: { a: "b" } });
    expect(elements["aws_secretsmanager_secret.a"]).toMatchObject({
      recovery_window_in_days: 7,
      tags: { a: "b" },
    });
    expect(elements["aws_secretsmanager_secret_version.a"]).toMatchObject({
      secret_string_wo: "${ephemeral.tls_private_key.a.private_key_pem}",
    });
    expect(elements["aws_secretsmanager_secret_policy.a"]).toMatchObject({ policy: "{}" });
    expect(elements["aws_ssm_parameter.a"]).toMatchObject({ tags: { a: "b" } });
  });

  test("signs beside one in the state that signs no longer", () => {
    const { issuer, elements } = make([SigningKey.generated("old"), kept("new")], {
      secret,
      signingKey: "new",
    });
    expect(issuer.signingKeyPem).toBeUndefined();
    expect(elements["aws_secretsmanager_secret.signing_key"]).toBeUndefined();
    expect(issuer.secret?.friendlyUniqueId).toBe("new");
  });

  test("renamed, takes everything that it has along", () => {
    const { configuration } = make([kept("b", { previousName: "a" })], { secret });
    expect(configuration.moved).toEqual(
      [
        ["aws_secretsmanager_secret.a", "aws_secretsmanager_secret.b"],
        ["aws_secretsmanager_secret_version.a", "aws_secretsmanager_secret_version.b"],
        ["aws_ssm_parameter.a", "aws_ssm_parameter.b"],
        ['terraform_data.key_until_retired["a"]', 'terraform_data.key_until_retired["b"]'],
        ["terraform_data.a_version", "terraform_data.b_version"],
      ].map(([from, to]) => ({ from, to })),
    );
    expect(configuration.resource?.aws_ssm_parameter).not.toHaveProperty("a");
  });

  test("takes its parameter elsewhere on request", () => {
    const { elements } = make([kept("a")], { secret, parameterPath: "/irsa/keys" });
    expect(elements["aws_ssm_parameter.a"]).toMatchObject({ name: "/irsa/keys/a" });
  });

  test("several issuers in a stack have parameters of their own", () => {
    const stack = new TerraformStack(appInTemporaryDirectory(), "platform");
    for (const name of ["blue", "green"]) {
      new IrsaIssuer(stack, name, {
        hosting: Hosting.s3({ bucket: name, region: "eu-central-1" }),
        keys: [kept("key")],
        secret: { name: `talos/${name}` },
      });
    }
    const parameters = Object.values(
      (stack.toTerraform() as Configuration).resource?.aws_ssm_parameter ?? {},
    );
    expect(parameters.map(({ name }) => name)).toEqual([
      "/self-hosted-irsa/platform/blue/key",
      "/self-hosted-irsa/platform/green/key",
    ]);
  });

  test("works with Terraform's functions", () => {
    const { elements, configuration } = make([kept("a")], { secret, jwksComputation: "functions" });
    expect(configuration.locals?.a_der).toContain("data.aws_ssm_parameter.a.insecure_value");
    expect(elements["data.external.jwks"]).toBeUndefined();
  });
});

describe("a public key that goes through a certificate request", () => {
  const publicKeyRelay = "certificate-request";

  test("makes no parameter, and is cut out of the request", () => {
    const { configuration, elements } = make([kept("a", { publicKeyRelay })], { secret });
    expect(elements["tls_cert_request.a"]).toMatchObject({
      private_key_pem_wo:
        "${try(base64decode(ephemeral.aws_secretsmanager_secret_version.a.secret_string), ephemeral.aws_secretsmanager_secret_version.a.secret_string)}",
      private_key_pem_wo_version:
        "${parseint(substr(sha1(aws_secretsmanager_secret_version.a.version_id), 0, 7), 16)}",
      subject: [{ common_name: "irsa-keys" }],
    });
    expect(elements["tls_cert_request.a"]).not.toHaveProperty("private_key_pem");
    expect(configuration.resource).not.toHaveProperty("aws_ssm_parameter");
    expect(configuration.ephemeral).not.toHaveProperty("tls_public_key");
  });

  test("is the one of a secret that is there already, too", () => {
    const key = SigningKey.fromSecret("a", { secretId: arn, publicKeyRelay });
    const { configuration, elements } = make([key]);
    expect(elements).toHaveProperty(["tls_cert_request.a"]);
    expect(configuration.resource).not.toHaveProperty("aws_ssm_parameter");
  });

  test("renamed, takes the request along", () => {
    const { configuration } = make([kept("b", { previousName: "a", publicKeyRelay })], { secret });
    expect(configuration.moved).toContainEqual({
      from: "tls_cert_request.a",
      to: "tls_cert_request.b",
    });
  });

  // What a request made by openssl with this subject begins with, and where Terraform's functions cut.
  test.each([
    ["RSA-2048", 392, "", "AQAB", 432],
    ["RSA-3072", 560, "AAE=", "AgMBAAGg", 600],
    ["RSA-4096", 732, "AQ==", "AwEAAaAA", 772],
  ] as const)("%s: %i characters, then %p", (algorithm, whole, rest, next, at) => {
    const { configuration, elements } = make([kept("a", { algorithm, publicKeyRelay })], {
      secret,
    });
    const body =
      'replace(tls_cert_request.a.cert_request_pem, "/-----[A-Z ]+-----|[^A-Za-z0-9+/=]/", "")';
    expect(configuration.locals?.a_public_key).toBe(
      `\${regexall(".{1,64}", join("", [substr(${body}, 44, ${whole}), "${rest}"]))}`,
    );
    const { postcondition } = elements["tls_cert_request.a"]?.lifecycle as {
      postcondition: { condition: string }[];
    };
    expect(postcondition[0]?.condition).toContain(`, ${at}, ${next.length}) == "${next}"`);
  });
});

describe("a key that is in Secrets Manager already", () => {
  test("is read at its current version, whatever that is", () => {
    const { elements, configuration, issuer } = make([
      SigningKey.fromSecret("a", { secretId: arn }),
    ]);
    expect(elements["data.aws_secretsmanager_secret_versions.a"]).toMatchObject({ secret_id: arn });
    const version =
      '${one([for version in data.aws_secretsmanager_secret_versions.a.versions : version.version_id if contains(version.version_stages, "AWSCURRENT")])}';
    expect(configuration.ephemeral?.aws_secretsmanager_secret_version?.a).toEqual({
      secret_id: "${data.aws_secretsmanager_secret_versions.a.arn}",
      version_id: version,
    });
    expect(elements["terraform_data.a_version"]).toMatchObject({ triggers_replace: version });
    expect(configuration.ephemeral?.tls_private_key).toBeUndefined();
    expect(issuer.secret).toBeUndefined();
    expect(issuer.signingKeyPem).toBeUndefined();
  });

  test.each([
    [{ versionStage: "irsa" }, 'contains(version.version_stages, "irsa")', undefined],
    [{ versionId: "1".repeat(36) }, `version.version_id == "${"1".repeat(36)}"`, true],
  ])("is read at %p", (version, condition, deprecated) => {
    const { elements, configuration } = make([
      SigningKey.fromSecret("a", { secretId: "talos/prod", ...version }),
    ]);
    expect(JSON.stringify(configuration.ephemeral)).toContain(
      JSON.stringify(condition).slice(1, -1),
    );
    expect(elements["data.aws_secretsmanager_secret_versions.a"]?.include_deprecated).toBe(
      deprecated,
    );
  });

  test("a generated key of that name and its secret are forgotten, and nothing is destroyed", () => {
    const { configuration } = make([SigningKey.fromSecret("key", { secretId: "talos/prod" })]);
    expect(configuration.removed).toEqual(
      [
        "tls_private_key.key",
        "aws_secretsmanager_secret.signing_key",
        "aws_secretsmanager_secret_version.signing_key",
        "aws_secretsmanager_secret_policy.signing_key",
      ].map((from) => ({ from, lifecycle: { destroy: false } })),
    );
    const guard = configuration.resource?.terraform_data?.key_until_retired;
    const before = make([SigningKey.generated("key")], { secret }).configuration.resource
      ?.terraform_data?.key_until_retired;
    expect(guard?.for_each).toEqual(before?.for_each);
  });

  test("the secret of a generated key that signs is not forgotten", () => {
    const { configuration } = make(
      [SigningKey.generated("key"), SigningKey.fromSecret("b", { secretId: "elsewhere" })],
      { secret, signingKey: "key" },
    );
    expect(configuration.removed?.map(({ from }) => from)).toEqual(["tls_private_key.b"]);
  });
});

test.each<[string, SigningKey[], Partial<IrsaIssuerProps>, string]>([
  [
    "no secret",
    [kept("a")],
    {},
    'secret is missing: it names the secrets of keys kept there ("a")',
  ],
  ["a secret that is none", [kept("a")], { secret: "none" }, "secret is missing"],
  [
    "a name that is taken",
    [kept("signing_key")],
    { secret },
    "keys[0].name must be another: that is what Terraform calls the secret of a generated key",
  ],
  [
    "a secret's name that leaves no room",
    [kept("a")],
    { secret: { name: "a".repeat(511) } },
    'secret.name must leave room for "/"',
  ],
  [
    "a secret beside a key from a secret",
    [SigningKey.fromSecret("a", { secretId: "x" })],
    { secret },
    "secret must be left out",
  ],
  [
    "the ARN of something else",
    [SigningKey.fromSecret("a", { secretId: "arn:aws:iam::111122223333:role/x" })],
    {},
    "keys[0].secretId must be the name or the ARN of a secret",
  ],
  [
    "version and stage",
    [SigningKey.fromSecret("a", { secretId: "x", versionId: "1".repeat(32), versionStage: "y" })],
    {},
    "keys[0].versionStage must be left out beside versionId",
  ],
  [
    "a version that is none",
    [SigningKey.fromSecret("a", { secretId: "x", versionId: '1"' })],
    {},
    "keys[0].versionId must be the ID of a version",
  ],
  [
    "a stage with a template",
    [SigningKey.fromSecret("a", { secretId: "x", versionStage: "${a}" })],
    {},
    "keys[0].versionStage must be a staging label",
  ],
  [
    "a parameter path without a slash",
    [kept("a")],
    { secret, parameterPath: "irsa" },
    "parameterPath must be 1 to 14 levels",
  ],
  [
    "a parameter path that AWS keeps for itself",
    [kept("a")],
    { secret, parameterPath: "/aws/irsa" },
    "parameterPath must not begin with /aws or /ssm",
  ],
  [
    "a certificate request for an EC key",
    [kept("a", { algorithm: "EC-P384", publicKeyRelay: "certificate-request" })],
    { secret },
    'keys[0].publicKeyRelay must be "ssm-parameter" for EC-P384: only RSA keys can be cut out of a certificate request, got "certificate-request"',
  ],
  [
    "functions for an EC key",
    [kept("a", { algorithm: "EC-P256" })],
    { secret, jwksComputation: "functions" },
    "Terraform's functions take only RSA keys apart",
  ],
])("refused: %s", (_title, keys, props, message) => {
  expect(() => make(keys, props)).toThrow(message);
});
