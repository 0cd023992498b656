import {
  DataResource,
  Fn,
  type IResolvable,
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
  readonly keys: readonly SigningKey[];
  /** The names of keys that may be dropped. */
  readonly retiredKeys: readonly string[];
  /** The names of issuers that the cluster signs as, or has signed as. */
  readonly issuers: readonly string[];
  /** The names of issuers that may be destroyed. */
  readonly retiredIssuers: readonly string[];
  /** The keys that are in Secrets Manager alone. */
  readonly secrets: readonly SecretOfKey[];
}

/**
 * Makes a plan fail that would drop an issuer, or drop or replace a key, that is not retired:
 * `terraform_data` resources remember what was applied. {@link protectIssuer} watches each issuer.
 *
 * @see {@link https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle The lifecycle meta-argument}
 */
export class DeletionProtection extends Construct {
  constructor(scope: Construct, id: string, props: DeletionProtectionProps) {
    super(scope, id);
    // A token is the variable of a module, whose key is always the same.
    if (props.enabled !== true) return;
    this.protectIssuers(props);
    this.protectKeys(props);
    for (const secret of props.secrets) this.protectSecret(secret);
  }

  /** The block stays when an issuer goes: Terraform destroys without asking what has no block any more. */
  private protectIssuers({ issuers, retiredIssuers }: DeletionProtectionProps) {
    const guard = addressed(
      new DataResource(this, "issuers", { lifecycle: { preventDestroy: true } }),
      "issuer_until_retired",
    );
    guard.addOverride("for_each", Fn.toset([...retiredIssuers, ...issuers]));
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
