import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Construct } from "constructs";
import { addSecretPolicy, type IrsaIssuer, secretConfig, type SecretProps } from "../../issuer";
import { addressed, addressOf, EphemeralResource, local } from "../../synthesis";

/** Props of {@link MachineSecrets}. */
export interface MachineSecretsProps {
  readonly clusterName: string;
  /** The issuer, whose signing key is in Secrets Manager alone: the cluster's ServiceAccount key. */
  readonly issuer: IrsaIssuer;
  /** How the secret is kept. */
  readonly secret: Omit<SecretProps, "format">;
  /** The Talos of the cluster, such as `v1.13.2`. */
  readonly talosVersion: string;
  /** Whether a plan that destroys the secret fails. */
  readonly deletionProtection: boolean;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

const name = "talos_machine_secrets";

/** The certificate authorities of a cluster. */
const authorities = ["etcd", "k8s", "k8s_aggregator", "os"];

/**
 * The CA keys and tokens of a Talos cluster, made once and kept in Secrets Manager alone. Every run makes
 * some and throws them away; the first that are written stay. Terraform's own client certificate is made
 * of them in each run.
 *
 * @see {@link https://github.com/siderolabs/terraform-provider-talos/blob/v0.11.0/docs/ephemeral-resources/machine_secrets.md talos_machine_secrets}
 */
export class MachineSecrets extends Construct {
  /** The secret. */
  readonly resource: SecretsmanagerSecret;
  /** Machine secrets with the issuer's signing key as the cluster's: an ephemeral token. */
  readonly machineSecrets: string;
  /** Terraform's access to the Talos API: an ephemeral token. */
  readonly clientConfiguration: string;

  constructor(scope: Construct, id: string, props: MachineSecretsProps) {
    super(scope, id);
    const { secret, tags, deletionProtection } = props;
    const generator = addressed(
      new EphemeralResource(this, "generator", "talos_machine_secrets", {
        talos_version: props.talosVersion,
      }),
      name,
    );
    this.resource = addressed(
      new SecretsmanagerSecret(this, "secret", {
        ...secretConfig(secret, tags),
        description: "CA keys and tokens of the Talos cluster.",
        lifecycle: {
          // A secret of another name would get the keys of another cluster.
          ignoreChanges: ["name"],
          preventDestroy: deletionProtection ? true : undefined,
        },
      }),
      name,
    );
    if (secret.policy !== undefined) {
      const { policy } = secret;
      addSecretPolicy(this, "policy", { secret: this.resource, policy, terraformName: name });
    }
    const secrets = generator.expression("machine_secrets");
    // The ServiceAccount key of the generator is not the cluster's: the issuer's signing key is.
    const certs = authorities.map((name) => `${name} = ${secrets}.certs.${name}`).join(", ");
    const version = addressed(
      new SecretsmanagerSecretVersion(this, "version", {
        secretId: this.resource.id,
        secretStringWo: `\${jsonencode(merge(${secrets}, { certs = { ${certs} } }))}`,
        secretStringWoVersion: 1,
        lifecycle: deletionProtection ? { preventDestroy: true } : undefined,
      }),
      name,
    );
    // The current version: `talosctl rotate-ca` asks for another one.
    const stored = this.read("stored", name, {
      secret_id: version.arn,
      depends_on: [addressOf(version)],
    });
    const { secretArn, secretVersionId, publication } = props.issuer;
    // Read when both documents are published: no token precedes them.
    const signingKey = this.read("signing-key", "signing_key", {
      secret_id: secretArn,
      version_id: secretVersionId,
      depends_on: publication.map(addressOf),
    });
    const key = `startswith(${signingKey}, "-----BEGIN") ? base64encode(${signingKey}) : ${signingKey}`;
    const value = `jsondecode(${stored})`;
    this.machineSecrets = local(
      this,
      name,
      `\${merge(${value}, { certs = merge(${value}.certs, { k8s_serviceaccount = { key = ${key} } }) })}`,
    );
    this.clientConfiguration = addressed(
      new EphemeralResource(this, "client", "talos_client_configuration", {
        cluster_name: props.clusterName,
        machine_secrets: this.machineSecrets,
      }),
      "terraform",
    ).attribute("client_configuration");
  }

  /** @returns the expression of a secret's value */
  private read(id: string, terraformName: string, args: Readonly<Record<string, unknown>>): string {
    return addressed(
      new EphemeralResource(this, id, "aws_secretsmanager_secret_version", args),
      terraformName,
    ).expression("secret_string");
  }
}
