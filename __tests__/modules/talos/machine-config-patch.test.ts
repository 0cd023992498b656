import { Hosting } from "../../../modules/issuer";
import { type TalosProps, talosViolations } from "../../../modules/talos/machine-config-patch";
import { formatPath } from "../../../modules/validation";
import { ClusterStack, type ClusterStackProps } from "../../../stacks/cluster-stack";
import { appInTemporaryDirectory } from "../../support/synthesize";
import type { TerraformConfiguration } from "../../support/terraform-json";

const old = "https://old.example.org";
const running = "https://10.0.0.1:6443";

function make(talos?: TalosProps, props: Partial<ClusterStackProps> = {}) {
  const stack = new ClusterStack(appInTemporaryDirectory(), "prod", {
    region: "eu-central-1",
    issuer: {
      hosting: Hosting.s3({ bucket: "acme-oidc", region: "eu-central-1" }),
      secret: "none",
      previousIssuers: [{ name: "old", url: old }],
    },
    talos,
    ...props,
  });
  const configuration = stack.toTerraform() as TerraformConfiguration;
  const warnings = stack.node.findAll().flatMap(({ node }) => node.metadata);
  return {
    warnings: warnings.map(({ data }) => String(data)),
    patch: Object.entries(configuration.locals ?? {})
      .filter(([name]) => name.startsWith("talos_"))
      .map(([, value]) => value)
      .join(),
    providers: Object.keys(configuration.resource?.aws_iam_openid_connect_provider ?? {}),
  };
}

describe("issuers that AWS trusts, and issuers that the API server accepts", () => {
  test("are the same where Talos takes several", () => {
    const { patch, providers, warnings } = make({ version: "1.13.6" });
    expect(patch).toContain(`"service-account-issuer" = [`);
    expect(patch).toContain(old);
    expect(providers).toEqual(["oidc", "previous_old"]);
    expect(warnings.join()).not.toContain("accepts one issuer");
  });

  test.each([["1.12"], ["1.13.5"]])(
    "Talos %s: AWS trusts both, the patch has one, and a warning says what that means",
    (version) => {
      const { patch, providers, warnings } = make({ version });
      expect(patch).toContain('"service-account-issuer" = ');
      expect(patch).not.toContain(old);
      expect(providers).toEqual(["oidc", "previous_old"]);
      expect(warnings.join()).toContain(
        `warning: the cluster accepts one issuer: AWS trusts the former ones too, the Kubernetes API does not, got "${version}" (IRSA-CLUSTER-ONE-ISSUER)`,
      );
    },
  );

  test("an issuer that does not sign yet is accepted where Talos takes several, and no warning elsewhere", () => {
    const issuer = {
      hosting: Hosting.s3({ bucket: "acme-oidc", region: "eu-central-1" }),
      secret: "none",
      nextIssuer: { name: "next", hosting: Hosting.selfPublished({ issuerUrl: old }) },
    } as const;
    expect(make({ version: "1.13.6" }, { issuer }).patch).toContain(old);
    const { patch, warnings } = make({ version: "1.12" }, { issuer });
    expect(patch).not.toContain(old);
    expect(warnings.join()).not.toContain("accepts one issuer");
  });

  test("without settings the patch has the form that every Talos up to 1.13 reads, with one issuer", () => {
    expect(make().patch).toContain('"service-account-issuer" = "https://s3.');
  });

  test("differ for a cluster that already runs: its own issuer has a port, which AWS could not trust", () => {
    const { patch, providers } = make({ version: "1.13.6", acceptedIssuers: [running] });
    expect(patch).toContain(running);
    expect(providers).toEqual(["oidc", "previous_old"]);
  });

  test("name an issuer once that is in both: an API server does not start with it twice", () => {
    const { patch } = make({ version: "1.13.6", acceptedIssuers: [old] });
    expect(patch.split(`"${old}"`)).toHaveLength(2);
  });
});

test.each<[string, TalosProps, string[]]>([
  [
    "accepted issuers before 1.13.6",
    { version: "1.12", acceptedIssuers: [running] },
    ["talos.acceptedIssuers"],
  ],
  [
    "an accepted issuer that breaks out of its string",
    { version: "1.13.6", acceptedIssuers: [running, 'https://a"b'] },
    ["talos.acceptedIssuers[1]"],
  ],
  [
    "an endpoint with a quote",
    { version: "1.13", controlPlaneEndpoint: 'https://a"b:6443' },
    ["talos.controlPlaneEndpoint"],
  ],
  [
    "an endpoint with a template",
    { version: "1.13", controlPlaneEndpoint: "https://${file(1)}:6443" },
    ["talos.controlPlaneEndpoint"],
  ],
  [
    "an endpoint without https",
    { version: "1.13", controlPlaneEndpoint: "http://10.0.0.1" },
    ["talos.controlPlaneEndpoint"],
  ],
  ["a version that is none", { version: "latest" }, ["talos.version"]],
])("%s is refused at its path, by the check and by the stack", (_title, talos, paths) => {
  expect(talosViolations(talos).map(({ path }) => formatPath(path))).toEqual(paths);
  expect(() => make(talos)).toThrow(`prod (ClusterStack): ${paths[0]}`);
});

test("a stack refuses a region that is none", () => {
  expect(() => make(undefined, { region: "frankfurt" })).toThrow(
    "prod (ClusterStack): region must be an AWS region",
  );
});
