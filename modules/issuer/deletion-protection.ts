import {
  conditional,
  DataResource,
  Fn,
  type IResolvable,
  Op,
  ref,
  type TerraformResource,
  TerraformStack,
} from "cdktf";
import { Construct } from "constructs";
import { addressed, addressOf, Moved } from "../synthesis";
import type { SigningKey } from "./keys/signing-key";
import type { SecretOfKey } from "./keys/signing-keys";

/** Props of {@link DeletionProtection}. */
export interface DeletionProtectionProps {
  /** `true`, or what decides at plan. */
  readonly enabled: true | IResolvable;
  readonly issuerUrl: string;
  /** The bucket that keeps the documents; undefined when the user publishes them. */
  readonly bucketName: string | undefined;
  /** The resources without which AWS trusts no token of the issuer any more. */
  readonly resources: readonly TerraformResource[];
  readonly keys: readonly SigningKey[];
  /** The names of keys that may be dropped. */
  readonly retiredKeys: readonly string[];
  /** The keys that are in Secrets Manager alone. */
  readonly secrets: readonly SecretOfKey[];
}

/**
 * Makes a plan fail that would end an issuer: that destroys it, gives it another URL, bucket or identity
 * provider, or drops or replaces one of its keys. Two `terraform_data` resources remember what was
 * applied; removing `terraform_data.deletion_protection` from the state lifts the protection for one apply.
 *
 * @see {@link https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle The lifecycle meta-argument}
 */
export class DeletionProtection extends Construct {
  constructor(scope: Construct, id: string, props: DeletionProtectionProps) {
    super(scope, id);
    this.protectIssuer(props);
    // A token is the variable of a module, whose key is always the same.
    if (props.enabled !== true) return;
    this.protectKeys(props);
    for (const secret of props.secrets) this.protectSecret(secret);
  }

  private protectIssuer(props: DeletionProtectionProps) {
    const { enabled, issuerUrl, bucketName, resources, secrets } = props;
    const bucket = bucketName ?? "none";
    const guard = addressed(
      new DataResource(this, "issuer", { input: { issuer_url: issuerUrl, bucket } }),
      "deletion_protection",
    );
    // One instance remembers, the other is replaced with what it watches: one that is replaced forgets.
    const instances = ["issuer", "resources"];
    const isEnabled = conditional(enabled, instances, []);
    guard.addOverride("for_each", Fn.toset(enabled === true ? instances : isEnabled));
    // Keys of a module are always the same; those of a stack are added and retired.
    const versions = enabled === true ? [] : secrets.map(({ version }) => version);
    const ids = [...resources.map((resource) => `${addressOf(resource)}.id`), ...versions].join(
      ", ",
    );
    guard.addOverride("triggers_replace", `\${each.key == "resources" ? [${ids}] : []}`);

    const stack = TerraformStack.of(this);
    const isUnchanged = (field: string, value: string) =>
      Fn.anytrue([
        Op.eq(ref("each.key", stack), "resources"),
        Op.eq(ref(`self.input.${field}`, stack), value),
      ]);
    const lift = `remove ${addressOf(guard)} from the state first (terraform state rm), or synthesize with deletionProtection: false.`;
    guard.lifecycle = {
      preventDestroy: true,
      ignoreChanges: ["input"],
      postcondition: [
        {
          condition: isUnchanged("issuer_url", issuerUrl),
          errorMessage: `The issuer would change from \${self.input.issuer_url} to ${issuerUrl}, and AWS would refuse every token of the cluster. Make the new issuer in a stack of its own, with the old one among its previousIssuers. To end the old issuer, ${lift}`,
        },
        {
          condition: isUnchanged("bucket", bucket),
          errorMessage: `The documents would move from the bucket "\${self.input.bucket}" to "${bucket}", and be gone in between. Publish them in both places first. To move them all the same, ${lift}`,
        },
      ],
    };
  }

  private protectKeys({ keys, retiredKeys }: DeletionProtectionProps) {
    const guard = addressed(
      new DataResource(this, "keys", {
        input: { made_as: "${each.value}" },
        lifecycle: {
          preventDestroy: true,
          ignoreChanges: ["input"],
          postcondition: [
            {
              condition: '${each.value == "retired" || self.input.made_as == each.value}',
              errorMessage:
                'The key "${each.key}" would change from ${self.input.made_as} to ${each.value}, and AWS would refuse every token that it has signed. Add a key with another name, let it sign, and list this one under retiredKeys a day later.',
            },
          ],
        },
      }),
      "key_until_retired",
    );
    guard.addOverride(
      "for_each",
      Object.fromEntries([
        ...retiredKeys.map((name) => [name, "retired"]),
        ...keys.map((key) => [key.name, madeAs(key)]),
      ]),
    );
    this.moveWithKeys(guard, keys);
  }

  /** Another version of a key's secret is another key, be the secret lost and made anew or overwritten. */
  private protectSecret({ name, version, previousName }: SecretOfKey) {
    const make = (keyName: string) =>
      addressed(
        new DataResource(this, `version-${keyName}`, {
          triggersReplace: ref(version, TerraformStack.of(this)),
          lifecycle: { preventDestroy: true },
        }),
        `${keyName}_version`,
      );
    const guard = make(name);
    if (previousName === undefined) return;
    const former = addressOf(make(previousName));
    this.node.tryRemoveChild(`version-${previousName}`);
    guard.moveFromId(former);
  }

  private moveWithKeys(guard: TerraformResource, keys: readonly SigningKey[]) {
    for (const { name, previousName } of keys) {
      if (previousName === undefined) continue;
      const instance = (key: string) => `${addressOf(guard)}["${key}"]`;
      new Moved(this, `moved-${name}`, instance(previousName), instance(name));
    }
  }
}

/** What may not change about the key of a name. A key whose secret Terraform forgets stays the same key. */
function madeAs({ source, algorithm }: SigningKey): string {
  if (algorithm === undefined) return "given";
  return source === "secrets-manager" ? `${algorithm} in Secrets Manager` : algorithm;
}
