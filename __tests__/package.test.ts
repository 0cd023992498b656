import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { contents } from "./support/golden";

const root = join(__dirname, "..");
const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
};

const workspace = mkdtempSync(join(tmpdir(), "irsa-package-"));
const checkout = join(workspace, "checkout");
const consumer = join(workspace, "consumer");

function run(cwd: string, command: string, ...argv: readonly string[]): string {
  return execFileSync(command, argv, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Packs a copy: `npm pack` builds in place, where other tests are reading. */
function pack(): { filename: string; files: { path: string }[] } {
  for (const file of run(
    root,
    "git",
    "ls-files",
    "--cached",
    "--others",
    "--exclude-standard",
  ).split("\n")) {
    if (file === "" || file.startsWith("__tests__/")) continue;
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    cpSync(join(root, file), join(checkout, file));
  }
  symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
  const printed = run(
    checkout,
    "npm",
    "pack",
    "--json",
    "--silent",
    "--pack-destination",
    workspace,
  );
  const [tarball] = JSON.parse(printed.slice(printed.indexOf("["))) as ReturnType<typeof pack>[];
  if (tarball === undefined) throw new Error("npm pack made nothing");
  return tarball;
}

const consumerApp = `
import { readPublicKeys } from "self-hosted-irsa/documents";
import { Hosting, IrsaIssuer, type IrsaIssuerProps } from "self-hosted-irsa";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { ExternalProvider } from "@cdktf/provider-external/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";

const props: IrsaIssuerProps = { hosting: Hosting.s3({ bucket: "acme-oidc" }), secret: { name: "acme/prod" }, terraformNames: "talos-documentation" };
const app = new App();
const stack = new TerraformStack(app, "platform");
new AwsProvider(stack, "aws");
new ExternalProvider(stack, "external");
new TlsProvider(stack, "tls");
const issuer = new IrsaIssuer(stack, "irsa", props);
new TerraformOutput(stack, "issuer", { value: issuer.issuerUrl });
app.synth();
void readPublicKeys("").catch((error: unknown) => { console.log((error as { code: string }).code); });
`;

test("a project that installs the tarball synthesizes a stack of its own with it", () => {
  const { filename, files } = pack();
  expect(
    files
      .map(({ path }) => path)
      .filter((path) => !path.startsWith("dist/"))
      .sort(),
  ).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
  expect(files.map(({ path }) => path)).not.toContainEqual(
    expect.stringMatching(/__tests__|golden|(?<!\.d)\.ts$/),
  );

  mkdirSync(consumer);
  const links: Record<string, string> = Object.fromEntries(
    Object.keys(dependencies).map(
      (name) => [name, `file:${join(root, "node_modules", name)}`] as const,
    ),
  );
  writeFileSync(
    join(consumer, "package.json"),
    JSON.stringify({
      private: true,
      dependencies: {
        ...links,
        "self-hosted-irsa": `file:${join(workspace, filename)}`,
      },
      overrides: links,
    }),
  );
  run(consumer, "npm", "install", "--offline", "--ignore-scripts", "--silent");
  writeFileSync(join(consumer, "app.ts"), consumerApp);
  run(
    consumer,
    "node",
    require.resolve("typescript/bin/tsc"),
    "app.ts",
    "--module",
    "node20",
    "--strict",
    "--skipLibCheck",
    "--typeRoots",
    join(root, "node_modules/@types"),
  );

  expect(run(consumer, "node", "app.js")).toContain("ERR_NO_KEYS");
  const written = contents(join(consumer, "cdktf.out/stacks/platform"));
  expect(JSON.parse(written["cdk.tf.json"] ?? "")).toHaveProperty(
    "resource.aws_s3_bucket.oidc.bucket",
    "acme-oidc",
  );
  expect(Object.keys(written)).toContainEqual(expect.stringMatching(/jwks\.cjs$/));
});
