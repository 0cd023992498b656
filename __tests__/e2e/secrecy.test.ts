import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalCloud } from "../../sandbox/local-cloud";
import { synthesize } from "../../sandbox/synthesize";
import type { Terraform } from "../../sandbox/terraform-runner";
import { IrsaStack } from "../../stacks/irsa-stack";
import { describeWith } from "./support/describe-with";
import { published, signingKey } from "./support/issuer";
import { PrivateKeyScanner } from "./support/private-key-scanner";

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "the private key that Terraform makes",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    let scanner: PrivateKeyScanner;
    let plans: string;

    beforeAll(async () => {
      cloud = await LocalCloud.start();
      terraform = await cloud.terraform(
        synthesize((app) => new IrsaStack(app, "irsa", { deletionProtection: false })),
        { variables: { bucket_name: "acme-oidc", cluster_name: "prod", secret_prefix: "talos" } },
      );
      const first = await terraform.plan();
      await terraform.apply(first);
      const replacing = await terraform.plan({ replace: ["tls_private_key.key"] });
      const destroying = await terraform.plan({ destroy: true });
      plans = first.text + replacing.text + destroying.text;
      const pem = await signingKey(cloud, (await terraform.outputs()).text("secret_arn"));
      scanner = new PrivateKeyScanner(pem);
    });
    afterAll(() => cloud.stop());
    const found = (text: string) => scanner.count(text);

    test("is in the state, where these tests do find it", () => {
      const state = readFileSync(join(terraform.directory, "terraform.tfstate"), "utf8");
      expect(scanner.size).toBeGreaterThan(3000);
      expect(found(state)).toBeGreaterThan(scanner.size / 2);
    });

    test("is in no plan's text", () => {
      expect(plans).toContain("tls_private_key.key will be created");
      expect(plans).toContain("tls_private_key.key will be replaced");
      expect(plans).toContain("tls_private_key.key will be destroyed");
      expect(found(plans)).toBe(0);
    });

    test("is in no log", () => {
      expect(terraform.transcript).toContain("Apply complete!");
      expect(found(terraform.transcript)).toBe(0);
      expect(found(readFileSync(cloud.emulator.logFile, "utf8"))).toBe(0);
    });

    test("is in a debug log, by what the AWS provider logs of Secrets Manager, and by nothing else", async () => {
      const file = join(terraform.directory, "debug.log");
      await terraform.with({ env: { TF_LOG: "debug", TF_LOG_PATH: file } }).plan();
      const lines = readFileSync(file, "utf8").split("\n");
      expect(found(lines.join("\n"))).toBeGreaterThan(0);
      const own = lines.filter((line) => !line.includes("SecretString"));
      expect(own.length).toBeGreaterThan(100);
      expect(found(own.join("\n"))).toBe(0);
    });

    test("is in no published object", async () => {
      const objects = await Promise.all(
        ["keys.json", ".well-known/openid-configuration"].map((key) =>
          published(cloud, "acme-oidc", key),
        ),
      );
      expect(objects).not.toContain(undefined);
      expect(found(objects.join())).toBe(0);
    });

    test("is in no output that is not marked sensitive", async () => {
      const outputs = await terraform.outputs();
      const open = outputs.names.filter((name) => !outputs.isSensitive(name));
      expect(open).toContain("secret_arn");
      expect(found(JSON.stringify(open.map((name) => outputs.value(name))))).toBe(0);
    });

    test("is not given to the program that computes the JWKS", async () => {
      const program = (await terraform.state()).get("data.external.jwks");
      expect(program).toHaveProperty("query.keys", expect.stringContaining("PUBLIC KEY"));
      expect(found(JSON.stringify(program))).toBe(0);
    });
  },
);
