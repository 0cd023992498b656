import { TerraformStack } from "cdktf";
import {
  ExistingIssuer,
  type HostedIssuer,
  Hosting,
  IrsaIssuer,
  type IrsaIssuerProps,
} from "../../../modules/issuer";
import { appInTemporaryDirectory } from "../../support/synthesize";
import { byAddress, type TerraformConfiguration } from "../../support/terraform-json";

const s3 = Hosting.s3({ bucket: "acme-oidc", region: "eu-central-1" });
const oidc: HostedIssuer = { name: "oidc", hosting: s3 };
const cdn: HostedIssuer = { name: "cdn", hosting: Hosting.cloudFront({ bucket: "acme-cdn" }) };
const secret = { name: "talos/prod" };

function make(props: Partial<IrsaIssuerProps>) {
  const stack = new TerraformStack(appInTemporaryDirectory(), "prod");
  const issuer = new IrsaIssuer(stack, "irsa", {
    hosting: s3,
    secret,
    terraformNames: "talos-documentation",
    ...props,
  });
  issuer.addServiceAccountRole("app", { name: "app", serviceAccounts: ["shop/app"] });
  const elements = byAddress(stack.toTerraform() as TerraformConfiguration);
  return { issuer, elements };
}

const staged = { nextIssuer: cdn };
const promoted = { hosting: cdn.hosting, issuerName: "cdn", previousIssuers: [oidc] };
const retired = { hosting: cdn.hosting, issuerName: "cdn", retiredIssuers: ["oidc"] };

/** What a change leaves alone must have the same address and arguments. */
function changes(before: Partial<IrsaIssuerProps>, after: Partial<IrsaIssuerProps>) {
  const [was, is] = [before, after].map((props) => make(props).elements) as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  const addresses = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return addresses.flatMap((address) => {
    if (!(address in is)) return [`- ${address}`];
    if (!(address in was)) return [`+ ${address}`];
    return JSON.stringify(was[address]) === JSON.stringify(is[address]) ? [] : [`~ ${address}`];
  });
}

test("an issuer that is staged is beside everything else, and trusted by every role", () => {
  expect(changes({}, staged)).toEqual([
    "+ aws_cloudfront_distribution.oidc_cdn",
    "+ aws_cloudfront_origin_access_control.oidc_cdn",
    "+ aws_iam_openid_connect_provider.oidc_cdn",
    "+ aws_s3_bucket.oidc_cdn",
    "+ aws_s3_bucket_ownership_controls.oidc_cdn",
    "+ aws_s3_bucket_policy.oidc_cdn",
    "+ aws_s3_bucket_public_access_block.oidc_cdn",
    "+ aws_s3_object.keys_json_cdn",
    "+ aws_s3_object.openid-configuration_cdn",
    "~ data.aws_iam_policy_document.app",
    "+ data.aws_iam_policy_document.oidc_cdn",
    "+ data.aws_partition.current",
    "+ data.aws_region.current",
    "+ data.tls_certificate.oidc_cdn",
  ]);
  const { issuer } = make(staged);
  expect(issuer.trustedIssuers).toHaveLength(2);
  expect(Object.keys(issuer.issuerUrls)).toEqual(["oidc", "cdn"]);
});

test("an issuer that takes over changes what is protected, and nothing that is published", () => {
  expect(changes(staged, promoted)).toEqual([
    // It waits for the documents of the issuer that signs.
    "~ aws_secretsmanager_secret_version.signing_key",
    "~ data.aws_iam_policy_document.app",
    "+ terraform_data.deletion_protection_cdn",
    "~ terraform_data.issuer_until_retired",
  ]);
});

test("an issuer that is retired takes its own with it, and stays remembered", () => {
  expect(changes(promoted, retired)).toEqual([
    "- aws_iam_openid_connect_provider.oidc",
    "- aws_s3_bucket.oidc",
    "- aws_s3_bucket_ownership_controls.oidc",
    "- aws_s3_bucket_public_access_block.oidc",
    "- aws_s3_object.keys_json",
    "- aws_s3_object.openid-configuration",
    "~ data.aws_iam_policy_document.app",
    "- data.tls_certificate.oidc",
    "- terraform_data.deletion_protection",
    "~ terraform_data.issuer_until_retired",
  ]);
  const guard = make(retired).elements["terraform_data.issuer_until_retired"];
  expect(guard).toMatchObject({ for_each: '${toset(["oidc", "cdn"])}' });
});

test("without deletion protection nothing is remembered", () => {
  const { elements } = make({ ...promoted, deletionProtection: false });
  expect(Object.keys(elements).filter((each) => each.startsWith("terraform_data."))).toEqual([]);
});

test("without names of the documentation they take over at their addresses, too", () => {
  const names = (props: Partial<IrsaIssuerProps>) =>
    Object.keys(make({ ...props, terraformNames: undefined }).elements)
      .filter((address) => !address.startsWith("terraform_data."))
      .sort();
  expect(names(promoted)).toEqual(names(staged));
});

test("keys are published by every issuer, and given certificates are those of the present host", () => {
  const sha1 = "8da7f965ec5efc37910f1c6e59fdc1cc6a6ede16";
  const { elements } = make({ ...staged, thumbprint: [sha1] });
  const content = (name: string) => (elements[name] as { content: unknown }).content;
  expect(content("aws_s3_object.keys_json_cdn")).toBe(content("aws_s3_object.keys_json"));
  const provider = (name: string) => elements[`aws_iam_openid_connect_provider.${name}`];
  expect(provider("oidc")).toMatchObject({ thumbprint_list: [sha1] });
  expect(provider("oidc_cdn")).not.toHaveProperty("thumbprint_list");
});

test.each<[string, Partial<IrsaIssuerProps>, string]>([
  ["a name twice", { nextIssuer: oidc }, "nextIssuer.name must differ from the names"],
  [
    "the same bucket",
    { nextIssuer: { name: "b", hosting: Hosting.cloudFront({ bucket: "acme-oidc" }) } },
    "nextIssuer.hosting.bucket.name must differ from the bucket of the cluster's other issuers",
  ],
  [
    "the same URL",
    {
      hosting: Hosting.selfPublished({ issuerUrl: "https://a.example" }),
      keys: undefined,
      nextIssuer: {
        name: "b",
        hosting: Hosting.selfPublished({ issuerUrl: "https://a.example" }),
      },
    },
    "nextIssuer.hosting.issuerUrl must differ from the URL of the cluster's other issuers",
  ],
  [
    "a retired name",
    { ...staged, retiredIssuers: ["cdn"] },
    "nextIssuer.name must not be among retiredIssuers",
  ],
  ["a retired name twice", { retiredIssuers: ["a", "a"] }, "retiredIssuers[1] must not repeat"],
  [
    "a bucket that is none",
    { nextIssuer: { name: "b", hosting: Hosting.s3({ bucket: "A" }) } },
    "nextIssuer.hosting.bucket",
  ],
  [
    "neither URL nor hosting",
    { previousIssuers: [{ name: "old" }] },
    "must have a url or a hosting",
  ],
  [
    "both",
    { previousIssuers: [{ ...cdn, url: "https://a.example" }] },
    "must have a url or a hosting, and not both",
  ],
  [
    "a provider made elsewhere of an issuer made here",
    { previousIssuers: [{ ...cdn, existing: true }] },
    "must have no existing with a hosting",
  ],
])("refused: %s", (_name, props, message) => {
  expect(() => make(props)).toThrow(message);
});

test("an issuer made elsewhere publishes no previous one", () => {
  const stack = new TerraformStack(appInTemporaryDirectory(), "prod");
  const props = { issuerUrl: "https://a.example", previousIssuers: [oidc] };
  expect(() => new ExistingIssuer(stack, "irsa", props)).toThrow(
    "previousIssuers[0].hosting must be left out",
  );
});

test("the next issuer is known as such", () => {
  const { issuer } = make({
    ...staged,
    previousIssuers: [{ name: "old", url: "https://a.example" }],
  });
  expect(issuer.nextIssuer).toBe(issuer.trustedIssuers[1]);
  expect(make(promoted).issuer.nextIssuer).toBeUndefined();
});
