import { generateKeyPairSync } from "node:crypto";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { App } from "cdktf";
import { temporaryDirectory } from "../../sandbox/directory";
import { LocalCloud } from "../../sandbox/local-cloud";
import type { TokenProps } from "../../sandbox/relying-party";
import { synthesize } from "../../sandbox/synthesize";
import { Terraform } from "../../sandbox/terraform-runner";
import { IrsaStack } from "../../stacks/irsa-stack";
import { hclOf } from "../support/synthesize";
import { describeWith } from "./support/describe-with";
import { type IssuerOutputs, issuerOutputs, signingKey, verifyToken } from "./support/issuer";

const stack = synthesize((app) => new IrsaStack(app, "irsa"));
const variables = { bucket_name: "acme-oidc", cluster_name: "prod", secret_prefix: "talos" };
const issuer = "https://s3.us-east-1.amazonaws.com/acme-oidc";

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "the default stack, applied from nothing",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    let outputs: IssuerOutputs;

    beforeAll(async () => {
      cloud = await LocalCloud.start();
      terraform = await cloud.terraform(stack, { variables });
      await terraform.validate();
      await terraform.apply();
      outputs = issuerOutputs(await terraform.outputs());
    });
    afterAll(() => cloud.stop());

    test("has the outputs that a cluster and its roles need", () => {
      expect(outputs).toMatchObject({
        issuer_url: issuer,
        issuer_hostpath: "s3.us-east-1.amazonaws.com/acme-oidc",
        jwks_uri: `${issuer}/keys.json`,
        key_ids: [expect.stringMatching(/^[\w-]{43}$/)],
        oidc_provider_arn:
          "arn:aws:iam::123456789012:oidc-provider/s3.us-east-1.amazonaws.com/acme-oidc",
        secret_arn: expect.stringMatching(
          /^arn:aws:secretsmanager:us-east-1:123456789012:secret:talos\/prod-\w+$/,
        ) as string,
      });
    });

    test("trusts the issuer for STS, with the root's fingerprint", async () => {
      const provider = await cloud.api.iam("GetOpenIDConnectProvider", {
        OpenIDConnectProviderArn: outputs.oidc_provider_arn,
      });
      expect(provider).toContain("<Url>s3.us-east-1.amazonaws.com/acme-oidc</Url>");
      expect(provider.match(/<member>.*?<\/member>/g)).toEqual([
        "<member>sts.amazonaws.com</member>",
        `<member>${cloud.tls?.rootThumbprint}</member>`,
      ]);
    });

    test("publishes the two documents to anonymous readers as JSON", async () => {
      const read = async (path: string): Promise<unknown> => {
        const response = await fetch(`${cloud.emulator.url}/acme-oidc/${path}`);
        expect(response.headers.get("content-type")).toBe("application/json");
        return response.json();
      };
      expect(await read(".well-known/openid-configuration")).toEqual({
        authorization_endpoint: "urn:kubernetes:programmatic_authorization",
        claims_supported: ["sub", "iss"],
        id_token_signing_alg_values_supported: ["RS256"],
        issuer,
        jwks_uri: `${issuer}/keys.json`,
        response_types_supported: ["id_token"],
        subject_types_supported: ["public"],
      });
      expect(await read("keys.json")).toEqual({
        keys: [
          {
            alg: "RS256",
            e: "AQAB",
            kid: outputs.key_ids[0],
            kty: "RSA",
            n: expect.stringMatching(/^[\w-]{342}$/) as string,
            use: "sig",
          },
        ],
      });
    });

    test("keeps the private key as PKCS#1, which every version of Talos reads", async () => {
      expect(await signingKey(cloud, outputs.secret_arn)).toMatch(
        /^-----BEGIN RSA PRIVATE KEY-----\n/,
      );
    });

    test("verifies a token by discovery alone", async () => {
      const claims = { namespace: "kube-system", serviceAccount: "ebs-csi" };
      await expect(verifyToken(cloud, outputs, claims)).resolves.toMatchObject({
        iss: issuer,
        aud: ["sts.amazonaws.com"],
        sub: "system:serviceaccount:kube-system:ebs-csi",
      });
    });

    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const otherKey = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    test.each<[string, Partial<TokenProps>, string]>([
      ["another issuer", { issuer: `${issuer}/` }, 'unexpected "iss"'],
      ["another audience", { audience: "kubernetes" }, 'unexpected "aud"'],
      ["another key", { privateKeyPem: otherKey }, "signature verification failed"],
      ["another kid", { keyId: "other" }, "no applicable key"],
      ["the past", { expiresIn: -60 }, '"exp" claim timestamp check failed'],
    ])("refuses a token of %s", async (_, changes, reason) => {
      await expect(verifyToken(cloud, outputs, changes)).rejects.toThrow(reason);
    });

    test("plans nothing the second time", async () => {
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("is the same in HCL: formatted, valid, and nothing to do on the same state", async () => {
      const hcl = await cloud.terraform(inHcl(stack), { variables });
      await hcl.run("fmt", "-check", "-diff", "main.tf");
      await hcl.validate();
      cpSync(stateOf(terraform), stateOf(hcl));
      expect((await hcl.plan()).actions).toEqual({});
    });
  },
);

describeWith(["terraform"], "Terraform's format and variables", () => {
  const terraform = new Terraform({ directory: variablesOf(stack) });

  test("the exported modules are formatted as terraform fmt would", async () => {
    await terraform.run("fmt", "-check", "-diff", "-recursive", resolve("terraform"));
  });

  test.each<[Partial<typeof variables>, string]>([
    [{ bucket_name: "ab" }, "bucket_name must be 3 to 63 characters long"],
    [{ bucket_name: "Acme" }, "bucket_name must contain only lower-case letters"],
    [{ bucket_name: "-acme" }, "bucket_name must begin and end with a letter or digit"],
    [{ bucket_name: "acme..oidc" }, "bucket_name must contain no two periods side by side"],
    [{ bucket_name: "10.0.0.1" }, "bucket_name must not be formatted as an IP address"],
    [{ bucket_name: "xn--acme" }, "bucket_name must not begin with a prefix"],
    [{ bucket_name: "acme-s3alias" }, "bucket_name must not end with a suffix"],
    [{ cluster_name: "" }, "cluster_name must be 1 to 255 characters long"],
    [{ cluster_name: "prod eu" }, "cluster_name must contain only letters, digits"],
    [{ secret_prefix: 'a"b' }, "secret_prefix must contain only letters, digits"],
  ])("refuses %p at plan", async (changes, reason) => {
    const planned = terraform.with({ variables: { ...variables, ...changes } }).plan();
    await expect(planned.catch(oneLine)).resolves.toContain(reason);
  });

  test("accepts good values", async () => {
    expect((await terraform.with({ variables }).plan()).empty).toBe(true);
  });
});

function oneLine(error: unknown): string {
  return String(error).replaceAll(/\s+/g, " ");
}

function stateOf({ directory }: Terraform): string {
  return join(directory, "terraform.tfstate");
}

/** What `cdktf synth --hcl` writes: the configuration as `main.tf`, with the same files beside it. */
function inHcl(json: string): string {
  const directory = temporaryDirectory("hcl");
  cpSync(json, directory, { recursive: true });
  rmSync(join(directory, "cdk.tf.json"));
  const app = new App({ outdir: temporaryDirectory("synthesized") });
  writeFileSync(join(directory, "main.tf"), hclOf(new IrsaStack(app, "irsa")));
  return directory;
}

/** The variables of a stack alone: Terraform checks them without any provider. */
function variablesOf(json: string): string {
  const directory = temporaryDirectory("variables");
  const { variable } = JSON.parse(readFileSync(join(json, "cdk.tf.json"), "utf8")) as {
    variable: object;
  };
  writeFileSync(join(directory, "main.tf.json"), JSON.stringify({ variable }));
  return directory;
}
