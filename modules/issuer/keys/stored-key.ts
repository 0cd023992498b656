import { DataAwsSecretsmanagerSecretVersions } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-versions";
import { ref, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { addressed } from "../../synthesis";
import type { KeyAlgorithm } from "./key-algorithms";
import { PublicKeyOfSecret } from "./public-key-of-secret";
import type { StoredKeyOptions } from "./signing-key";

/** Props of {@link StoredKey}. */
export interface StoredKeyProps extends StoredKeyOptions {
  /** The key's name. */
  readonly name: string;
  readonly algorithm: KeyAlgorithm;
  /** The name of the SSM parameter with the public key. */
  readonly parameterName: string;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A private key that is in Secrets Manager already, of which Terraform publishes the public half. */
export class StoredKey extends Construct {
  /** SubjectPublicKeyInfo in PEM, a token. */
  readonly publicKeyPem: string;
  /** The ARN of the secret. */
  readonly secretArn: string;
  /** The Terraform expression of the ID of the version that contains the key. */
  readonly version: string;

  constructor(scope: Construct, id: string, props: StoredKeyProps) {
    super(scope, id);
    const { name, secretId, versionId, versionStage = "AWSCURRENT" } = props;
    const isWanted =
      versionId === undefined
        ? `contains(version.version_stages, "${versionStage}")`
        : `version.version_id == "${versionId}"`;
    const idsIn = (versions: string) =>
      `[for version in ${versions} : version.version_id if ${isWanted}]`;
    const wanted = versionId === undefined ? `stage "${versionStage}"` : `ID "${versionId}"`;
    const versions = addressed(
      new DataAwsSecretsmanagerSecretVersions(this, "versions", {
        secretId,
        // A version without a stage is listed as deprecated.
        includeDeprecated: versionId === undefined ? undefined : true,
        lifecycle: {
          postcondition: [
            {
              condition: `\${length(${idsIn("self.versions")}) == 1}`,
              errorMessage: `The secret ${secretId} of the signing key "${name}" has no version with the ${wanted}.`,
            },
          ],
        },
      }),
      name,
    );
    const list = `data.${versions.terraformResourceType}.${versions.friendlyUniqueId}.versions`;
    this.version = `one(${idsIn(list)})`;
    this.secretArn = versions.arn;
    this.publicKeyPem = new PublicKeyOfSecret(this, "public-key", {
      ...props,
      secretId: versions.arn,
      versionId: Token.asString(ref(this.version, TerraformStack.of(this))),
    }).publicKeyPem;
  }
}
