import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { SigningKey } from "../../modules/issuer";
import { LocalCloud } from "../../sandbox/local-cloud";
import { signToken } from "../../sandbox/relying-party";
import { synthesize } from "../../sandbox/synthesize";
import type { Terraform } from "../../sandbox/terraform-runner";
import { readPublicKeys } from "../../modules/documents";
import { IrsaStack } from "../../stacks/irsa-stack";
import { describeWith } from "./support/describe-with";
import { keyIdOf, publicPem, publishedKeyIds } from "./support/issuer";

const pem = { format: "pem" } as const;
const rsa = generateKeyPairSync("rsa", { modulusLength: 3072 })
  .privateKey.export({ type: "pkcs1", ...pem })
  .toString();
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "sec1", ...pem })
  .toString();

describeWith(
  ["terraform", "aws", "emulator"],
  "a stack with public keys that their owner gives",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    beforeAll(async () => {
      const keys = [
        SigningKey.fromPublicKeys("cluster", await readPublicKeys(publicPem(rsa))),
        SigningKey.fromPublicKeys("next", await readPublicKeys(publicPem(ec))),
      ];
      cloud = await LocalCloud.start();
      terraform = await cloud.terraform(
        synthesize((app) => new IrsaStack(app, "irsa", { keys, thumbprint: "none" })),
        { variables: { bucket_name: "acme-oidc" } },
      );
      await terraform.apply();
    });
    afterAll(() => cloud.stop());

    test.each([
      ["RSA", rsa],
      ["P-256", ec],
    ])("verifies a token signed by the owner of the %s key", async (_, privateKeyPem) => {
      const outputs = await terraform.outputs();
      const issuer = outputs.text("issuer_url");
      const keyId = (await keyIdOf(privateKeyPem)) ?? "";
      expect(outputs.value("key_ids")).toContain(keyId);
      const token = await signToken({ privateKeyPem, keyId, issuer });
      await expect(cloud.relyingParty.verify(token, issuer)).resolves.toMatchObject({
        sub: "system:serviceaccount:default:default",
      });
    });

    test("makes no key and no secret, and needs no other provider", async () => {
      expect([...(await terraform.state()).keys()].sort()).toEqual([
        "aws_iam_openid_connect_provider.oidc",
        "aws_s3_bucket.oidc",
        "aws_s3_bucket_ownership_controls.oidc",
        "aws_s3_bucket_public_access_block.oidc",
        "aws_s3_object.keys_json",
        "aws_s3_object.openid-configuration",
        "data.aws_partition.current",
        "data.aws_region.current",
        'terraform_data.deletion_protection["issuer"]',
        'terraform_data.deletion_protection["resources"]',
        'terraform_data.issuer_until_retired["oidc"]',
        'terraform_data.key_until_retired["cluster"]',
        'terraform_data.key_until_retired["next"]',
      ]);
      expect((await terraform.outputs()).names).not.toContain("secret_arn");
      expect(await cloud.api.secretsManager("ListSecrets", {})).toHaveProperty("SecretList", []);
    });

    test("plans nothing the second time", async () => {
      expect((await terraform.plan()).actions).toEqual({});
    });
  },
);

describeWith(
  ["terraform", "aws", "tls", "external", "emulator"],
  "a stack with a key that Terraform makes and keys of an external signer",
  () => {
    const asGiven = { keyId: "as-given" } as const;
    const kids = ["projects/acme/keys/signer/versions/1", "signer-2"];
    let cloud: LocalCloud;
    let terraform: Terraform;
    beforeAll(async () => {
      const jwks = [rsa, ec].map((key, index) => ({
        ...createPublicKey(key).export({ format: "jwk" }),
        kid: kids[index],
      }));
      const publicKeys = await readPublicKeys(JSON.stringify({ keys: jwks }), "jwks", asGiven);
      const keys = [
        SigningKey.generated("made"),
        SigningKey.fromPublicKeys("external", publicKeys, asGiven),
      ];
      cloud = await LocalCloud.start();
      terraform = await cloud.terraform(
        synthesize((app) => new IrsaStack(app, "irsa", { keys, thumbprint: "none" })),
        { variables: { bucket_name: "acme-oidc", cluster_name: "prod", secret_prefix: "talos" } },
      );
      await terraform.apply();
    });
    afterAll(() => cloud.stop());

    test("publishes their kids beside the one that Kubernetes computes", async () => {
      const outputs = await terraform.outputs();
      expect(outputs.value("key_ids")).toEqual([expect.stringMatching(/^[\w-]{43}$/), ...kids]);
      expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual(outputs.value("key_ids"));
    });

    test.each([
      ["RSA", rsa, kids[0]],
      ["P-256", ec, kids[1]],
    ])("verifies a token that the signer made with its %s key", async (_, key, keyId = "") => {
      const issuer = (await terraform.outputs()).text("issuer_url");
      const token = await signToken({ privateKeyPem: key, keyId, issuer });
      await expect(cloud.relyingParty.verify(token, issuer)).resolves.toMatchObject({
        sub: "system:serviceaccount:default:default",
      });
    });
  },
);
