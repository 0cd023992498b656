import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { readPublicKeys } from "../../modules/documents";
import { Hosting, type IrsaIssuerProps, SigningKey } from "../../modules/issuer";
import type { TalosProps } from "../../modules/talos/machine-config-patch";
import { capabilitiesOfRun } from "../../sandbox/capabilities";
import { temporaryDirectory } from "../../sandbox/directory";
import { Terraform } from "../../sandbox/terraform-runner";
import { ClusterStack } from "../../stacks/cluster-stack";
import { irsa } from "../cli/run";
import { keys } from "../modules/cluster/keys";
import type { TerraformConfiguration } from "../support/terraform-json";
import { describeWith } from "./support/describe-with";

const endpoint = "https://10.0.0.1:6443";
const old = "https://old.example.org/prod";
const before = "https://before.example.org";

/** What the issuer is like besides its hosting. */
const issuers: Readonly<Record<string, () => Promise<Partial<IrsaIssuerProps>>>> = {
  plain: () => Promise.resolve({}),
  rotating: () =>
    Promise.resolve({ keys: [SigningKey.generated("key"), SigningKey.generated("next")] }),
  retiring: async () => ({
    keys: [
      SigningKey.generated("next"),
      SigningKey.fromPublicKeys("before", await readPublicKeys(keys.formerPublicKey, "before.pub")),
    ],
    retiredKeys: ["key"],
  }),
  moving: () =>
    Promise.resolve({
      previousIssuers: [
        { name: "old", url: old },
        { name: "before", url: before },
      ],
    }),
  given: async () => ({
    keys: [SigningKey.fromPublicKeys("sa", await readPublicKeys(keys.publicKey, "sa.pub"))],
    secret: "none",
  }),
};

const versions: readonly TalosProps[] = [
  { version: "1.10" },
  { version: "1.12" },
  { version: "1.13.5" },
  { version: "1.13.6", publishedJwksUri: true },
  { version: "v1.13.7", acceptedIssuers: [endpoint, old], form: "list" },
  { version: "1.13.6", form: "string" },
  {
    version: "1.13",
    controlPlaneEndpoint: endpoint,
    apiAudiences: ["vault", "https://a.example/b"],
    extraApiServerArgs: { v: "2", "oidc-required-claim": ["tenant=acme", "team=it's #1"] },
  },
  { version: "1.14.1", generatedBy: "1.12", acceptedIssuers: [endpoint] },
  { version: "1.14", controlPlaneEndpoint: endpoint },
  {
    version: "1.15",
    controlPlaneEndpoint: endpoint,
    acceptedIssuers: [endpoint, before],
    apiAudiences: ["vault"],
    publishedJwksUri: true,
    extraApiServerArgs: {
      "oidc-issuer-url": "https://login.example.com",
      "oidc-client-id": "kubernetes",
      "oidc-groups-claim": "groups",
      "feature-gates": "A=true,B=false",
    },
  },
];

const settings = Object.keys(issuers).flatMap((issuer) =>
  versions.map((talos, index) => ({ name: `${issuer}-${index}`, issuer, talos })),
);

/** The options that say what the stack's settings say. */
function optionsOf(talos: TalosProps): string[] {
  const { extraApiServerArgs = {}, publishedJwksUri = false } = talos;
  const one = (flag: string, value?: string) => (value === undefined ? [] : [`${flag}=${value}`]);
  const many = (flag: string, values: readonly string[] = []) =>
    values.map((value) => `${flag}=${value}`);
  return [
    ...one("--talos-version", talos.version),
    ...one("--generated-by", talos.generatedBy),
    ...one("--form", talos.form),
    ...one("--control-plane-endpoint", talos.controlPlaneEndpoint),
    ...many("--accepted-issuer", talos.acceptedIssuers),
    ...many("--api-audience", talos.apiAudiences),
    ...Object.entries(extraApiServerArgs).flatMap(([flag, value]) =>
      many(
        "--extra-api-server-arg",
        [value].flat().map((each) => `${flag}=${each}`),
      ),
    ),
    ...(publishedJwksUri ? ["--published-jwks-uri"] : []),
  ];
}

/** The outputs that the command reads, and the patch, without the resources: keys are given. */
async function moduleOf({ name, issuer, talos }: (typeof settings)[number]): Promise<object> {
  const stack = new ClusterStack(new App({ outdir: temporaryDirectory("synthesized") }), name, {
    region: "eu-central-1",
    issuer: {
      hosting: Hosting.selfPublished({ issuerUrl: "https://oidc.acme.example/prod" }),
      secret: { name: "talos/prod" },
      thumbprint: "none",
      ...(await issuers[issuer]?.()),
    },
    talos,
  });
  const { locals, output } = stack.toTerraform() as TerraformConfiguration;
  const wanted = [
    "issuer_url",
    "jwks_uri",
    "trusted_issuers",
    "signing_key",
    "other_public_keys",
    "talos_machine_config_patch",
  ];
  const outputs = Object.entries(output ?? {}).filter(([key]) => wanted.includes(key));
  const text = JSON.stringify({ locals, output: Object.fromEntries(outputs) })
    .replaceAll(/tls_private_key\.\w+\.(\w+)/g, "var.$1")
    .replaceAll(/\$\{aws_[\w.]+\}/g, "arn");
  const pem = (value: string) => ({ type: "string", default: value });
  return {
    ...(JSON.parse(text) as object),
    variable: { private_key_pem: pem(keys.pkcs1), public_key_pem: pem(keys.formerPublicKey) },
  };
}

describeWith(["terraform"], "the Talos patch", () => {
  let outputs: Readonly<Record<string, Record<string, unknown>>> = {};

  beforeAll(async () => {
    const directory = temporaryDirectory("talos-patches");
    const root = {
      module: Object.fromEntries(settings.map(({ name }) => [name, { source: `./${name}` }])),
      output: Object.fromEntries(
        settings.map(({ name }) => [name, { value: `\${module.${name}}`, sensitive: true }]),
      ),
    };
    writeFileSync(join(directory, "main.tf.json"), JSON.stringify(root));
    for (const each of settings) {
      mkdirSync(join(directory, each.name));
      writeFileSync(
        join(directory, each.name, "main.tf.json"),
        JSON.stringify(await moduleOf(each)),
      );
    }
    const terraform = new Terraform({ directory, binary: capabilitiesOfRun()?.binary });
    await terraform.init();
    await terraform.apply();
    const { output } = await terraform.run("output", "-json");
    const values = JSON.parse(output) as Record<string, { value: Record<string, unknown> }>;
    outputs = Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value]));
  });

  test.each(settings)(
    "of the stack is, for $name, to the byte what irsa cluster-config prints",
    async ({ name, issuer, talos }) => {
      const { talos_machine_config_patch: patch, ...rest } = outputs[name] ?? {};
      const named = Object.entries(rest).filter(([, value]) => value !== null);
      const input = JSON.stringify(
        Object.fromEntries(named.map(([key, value]) => [key, { value, sensitive: false }])),
      );
      const keep = issuer === "given" ? ["--keep-key"] : [];
      const argv = ["cluster-config", "talos", ...optionsOf(talos), ...keep];
      const { status, stdout, stderr } = await irsa(argv, { input });
      expect({ status, stdout, stderr: status === 0 ? "" : stderr }).toEqual({
        status: 0,
        stdout: patch,
        stderr: "",
      });
    },
  );

  test("has what its settings say", () => {
    const patch = (name: string) => String(outputs[name]?.talos_machine_config_patch);
    expect(patch("moving-1")).not.toContain(old);
    expect(patch("moving-4").split(old)).toHaveLength(2);
    expect(patch("moving-9").split(before)).toHaveLength(2);
    expect(patch("plain-3")).toContain("service-account-jwks-uri");
    expect(patch("rotating-8").split("BEGIN PUBLIC KEY")).toHaveLength(2);
    expect(patch("retiring-9").split("BEGIN PUBLIC KEY")).toHaveLength(2);
    expect(patch("given-8")).not.toContain("rivateKey");
  });
});
