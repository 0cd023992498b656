import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { ExistingIssuer, Hosting, IrsaIssuer, type IrsaIssuerProps } from "../../../modules/issuer";
import { amazonRootThumbprint } from "../../../modules/issuer/identity-provider";
import { appInTemporaryDirectory } from "../../support/synthesize";
import { byAddress, type TerraformConfiguration } from "../../support/terraform-json";

const newStack = () => new TerraformStack(appInTemporaryDirectory(), "platform");
const elementsOf = (stack: TerraformStack) =>
  byAddress(stack.toTerraform() as TerraformConfiguration);
const props = (bucket: string): IrsaIssuerProps => ({
  hosting: Hosting.cloudFront({ bucket: { name: bucket, prefix: "a", versioning: true } }),
  secret: { name: `talos/${bucket}`, policy: "{}" },
  previousIssuers: [{ name: "old", url: `https://${bucket}.example.org` }],
});
const role = { name: "app", serviceAccounts: ["shop/app"], roleName: "blue-app" };

describe("several issuers in one stack", () => {
  test.each(["program", "functions"] as const)(
    "have names of their own, with the JWKS by %s",
    (jwksComputation) => {
      const alone = newStack();
      new IrsaIssuer(alone, "blue", { ...props("blue"), jwksComputation });
      const stack = newStack();
      for (const name of ["blue", "green"]) {
        const issuer = new IrsaIssuer(stack, name, { ...props(name), jwksComputation });
        issuer.addServiceAccountRole("app", { ...role, roleName: `${name}-app` });
      }
      const one = elementsOf(alone);
      const both = elementsOf(stack);
      const own = (addresses: readonly string[]) =>
        addresses.filter((address) => !/_role|_app_|[.]current$/.test(address));
      expect(own(Object.keys(both))).toHaveLength(2 * own(Object.keys(one)).length);
      for (const [address, element] of Object.entries(one)) {
        expect(both[address]).toEqual(element);
      }
      expect(Object.keys(both).filter((address) => address.startsWith("aws_iam_role."))).toEqual([
        expect.stringMatching(/^aws_iam_role\.blue_app_role_/),
        expect.stringMatching(/^aws_iam_role\.green_app_role_/),
      ]);
    },
  );

  test("both find what they refer to", () => {
    const stack = newStack();
    new IrsaIssuer(stack, "blue", props("blue"));
    new IrsaIssuer(stack, "green", props("green"));
    const text = Testing.synth(stack);
    const { locals = {} } = JSON.parse(text) as TerraformConfiguration;
    const referred = [...text.matchAll(/\blocal\.([\w-]+)/g)].map(([, name]) => name);
    expect(referred.length).toBeGreaterThan(4);
    for (const name of referred) expect(Object.keys(locals)).toContain(name);
    const addresses = Object.keys(elementsOf(stack));
    for (const [, address] of text.matchAll(/\$\{((?:data\.)?(?:aws|tls|external)_\w+\.[\w-]+)/g)) {
      expect(addresses).toContain(address);
    }
  });

  test("one of them can have the names of the Talos documentation, a second cannot", () => {
    const stack = newStack();
    const terraformNames = "talos-documentation";
    new IrsaIssuer(stack, "blue", { ...props("blue"), terraformNames });
    new IrsaIssuer(stack, "green", props("green"));
    expect(Object.keys(elementsOf(stack))).toContain("aws_s3_bucket.oidc");
    expect(() => new IrsaIssuer(stack, "red", { ...props("red"), terraformNames })).toThrow(
      "already has tls_private_key.key",
    );
  });
});

test("the resources of an issuer can be reached", () => {
  const stack = newStack();
  const issuer = new IrsaIssuer(stack, "irsa", props("blue"));
  issuer.bucket?.addOverride("object_lock_enabled", true);
  issuer.secret?.addOverride("description", "mine");
  issuer.distribution?.addOverride("web_acl_id", "acl");
  issuer.identityProvider.addOverride("lifecycle.ignore_changes", ["thumbprint_list"]);
  issuer.privateKey?.addOverride("lifecycle.prevent_destroy", true);
  const text = JSON.stringify(elementsOf(stack));
  for (const each of [
    '"object_lock_enabled":true',
    '"description":"mine"',
    '"web_acl_id":"acl"',
    '"ignore_changes":["thumbprint_list"]',
    '"prevent_destroy":true',
  ]) {
    expect(text).toContain(each);
  }
});

describe("an issuer that is made elsewhere", () => {
  const url = "https://s3.amazonaws.com/my-k8s-backup/";
  const arn = "arn:aws:iam::111122223333:oidc-provider/s3.amazonaws.com/my-k8s-backup/";
  const trust = (stack: TerraformStack) =>
    JSON.stringify(elementsOf(stack)["data.aws_iam_policy_document.app"] ?? elementsOf(stack));

  test("by its URL, with the slash that IAM has registered: to the byte", () => {
    const stack = newStack();
    const issuer = IrsaIssuer.fromIssuerUrl(stack, "irsa", url);
    issuer.addServiceAccountRole("app", role);
    expect(issuer.issuerUrl).toBe(url);
    expect(issuer.issuerHostpath).toBe("s3.amazonaws.com/my-k8s-backup/");
    expect(trust(stack)).toContain('"variable":"s3.amazonaws.com/my-k8s-backup/:sub"');
    expect(trust(stack)).toContain(":oidc-provider/s3.amazonaws.com/my-k8s-backup/");
    expect(Object.keys(elementsOf(stack)).join()).not.toContain("openid_connect_provider");
  });

  test("by its attributes, with its audiences", () => {
    const stack = newStack();
    const issuer = IrsaIssuer.fromAttributes(stack, "irsa", {
      issuerUrl: url,
      providerArn: arn,
      audiences: ["oidc.example.org"],
    });
    issuer.addServiceAccountRole("app", role);
    expect(trust(stack)).toContain(arn);
    expect(trust(stack)).toContain('"values":["oidc.example.org"]');
  });

  test("by attributes that Terraform knows at apply", () => {
    const stack = newStack();
    const variable = (name: string) => new TerraformVariable(stack, name, {}).stringValue;
    const issuer = IrsaIssuer.fromAttributes(stack, "irsa", {
      issuerUrl: variable("url"),
      providerArn: variable("arn"),
    });
    issuer.addServiceAccountRole("app", role);
    expect(trust(stack)).toContain('trimprefix(var.url, \\"https://\\")}:sub');
  });

  test("and trusted by another account: a provider and no keys", () => {
    const stack = newStack();
    new ExistingIssuer(stack, "irsa", {
      issuerUrl: url,
      createProvider: true,
      terraformNames: "talos-documentation",
      additionalAudiences: ["oidc.example.org"],
      previousIssuers: [{ name: "old", url: "https://old.example.org" }],
    });
    const elements = elementsOf(stack);
    expect(Object.keys(elements).sort()).toEqual([
      "aws_iam_openid_connect_provider.oidc",
      "aws_iam_openid_connect_provider.previous_old",
      "data.tls_certificate.oidc",
      "data.tls_certificate.previous_old",
    ]);
    expect(elements["aws_iam_openid_connect_provider.oidc"]).toMatchObject({
      url,
      client_id_list: ["sts.amazonaws.com", "oidc.example.org"],
    });
  });

  test.each([
    ["no URL", { issuerUrl: "oidc.example.org" }, "issuerUrl must be an absolute https URL"],
    ["a port", { issuerUrl: "https://oidc.example.org:8443" }, "issuerUrl must have no port"],
    [
      "tags without a provider",
      { issuerUrl: url, tags: { a: "b" } },
      "tags must be left out without createProvider",
    ],
    [
      "a thumbprint without a provider",
      { issuerUrl: url, thumbprint: "none" as const },
      "thumbprint must be left out without createProvider",
    ],
    [
      "the same issuer as a previous one",
      { issuerUrl: url, previousIssuers: [{ name: "old", url }] },
      "previousIssuers[0].url must differ from the present issuer's URL",
    ],
  ])("is refused with %s", (_title, wrong, says) => {
    expect(() => new ExistingIssuer(newStack(), "irsa", wrong)).toThrow(
      `platform/irsa (ExistingIssuer): ${says}`,
    );
  });
});

describe("violations have the path of the value itself", () => {
  const name = "A";
  test.each<[string, Hosting, string]>([
    ["a bucket by its name", Hosting.s3({ bucket: name }), "hosting.bucket must"],
    ["with settings", Hosting.s3({ bucket: { name } }), "hosting.bucket.name must"],
    ["behind CloudFront", Hosting.cloudFront({ bucket: { name } }), "hosting.bucket.name must"],
    [
      "its logs",
      Hosting.s3VirtualHosted({ bucket: { name: "acme", accessLogs: { bucketName: name } } }),
      "hosting.bucket.accessLogs.bucketName must",
    ],
    ["its prefix", Hosting.s3({ bucket: { name: "acme", prefix: "/" } }), "hosting.bucket.prefix"],
    ["its region", Hosting.s3({ bucket: "acme", region: "x" }), "hosting.region must"],
    [
      "a domain",
      Hosting.cloudFront({ bucket: "acme", domain: { name: "X", certificateArn: "arn" } }),
      "hosting.domain.name must",
    ],
    [
      "an issuer URL",
      Hosting.selfPublished({ issuerUrl: "https://a.example/" }),
      "hosting.issuerUrl must not end with a slash",
    ],
  ])("%s", (_title, hosting, says) => {
    const make = () => new IrsaIssuer(newStack(), "irsa", { hosting, secret: "none" });
    expect(make).toThrow(`platform/irsa (IrsaIssuer): ${says}`);
  });
});

describe("CloudFront with a domain of your own", () => {
  const domain = {
    name: "oidc.acme.example",
    certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/abc",
  };
  const make = (changed: Partial<IrsaIssuerProps> = {}) => {
    const stack = newStack();
    const issuer = new IrsaIssuer(stack, "irsa", {
      hosting: Hosting.cloudFront({ bucket: "acme", domain }),
      secret: "none",
      terraformNames: "talos-documentation",
      ...changed,
    });
    return { issuer, elements: elementsOf(stack) };
  };

  test("reads no certificate, so that the first apply works before the DNS record exists", () => {
    const { elements } = make();
    expect(Object.keys(elements)).not.toContain("data.tls_certificate.oidc");
    expect(elements["aws_iam_openid_connect_provider.oidc"]?.thumbprint_list).toEqual([
      amazonRootThumbprint,
    ]);
  });

  test("has the thumbprint of the root that certificates of ACM lead to", () => {
    const roots = rootCertificates.map((pem) => new X509Certificate(pem));
    const root = roots.find(
      ({ fingerprint }) => fingerprint.replaceAll(":", "").toLowerCase() === amazonRootThumbprint,
    );
    expect(root?.subject).toContain("CN=Amazon Root CA 1");
  });

  test("reads the certificate where that is asked for", () => {
    const { elements } = make({ thumbprint: "certificate" });
    expect(Object.keys(elements)).toContain("data.tls_certificate.oidc");
  });
});
