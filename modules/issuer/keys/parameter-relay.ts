import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Fn, Op, type Precondition, ref, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { addressed, addressOf, EphemeralResource, writeOnlyVersion } from "../../synthesis";
import { keyAlgorithms } from "./key-algorithms";
import type { Relay, RelayProps } from "./relay";

/**
 * Takes a public key out of the ephemeral world through an SSM parameter, which Terraform writes with a
 * write-only argument and reads back. Takes keys of every kind, and needs permissions for the parameter.
 */
export class ParameterRelay extends Construct implements Relay {
  readonly publicKeyPem: string;
  readonly resource: SsmParameter;

  constructor(scope: Construct, id: string, props: RelayProps) {
    super(scope, id);
    const { name, tags } = props;
    const derived = addressed(
      new EphemeralResource(this, "public-key", "tls_public_key", {
        private_key_pem: props.privateKeyPem,
      }),
      name,
    ).attribute("public_key_pem");
    this.resource = addressed(
      new SsmParameter(this, "parameter", {
        name: props.parameterName,
        description:
          "Public half of a ServiceAccount signing key, from which the JWKS is computed.",
        type: "String",
        valueWo: derived,
        valueWoVersion: writeOnlyVersion(props.versionId),
        // An apply that was killed leaves a parameter that no state knows.
        overwrite: true,
        tags: tags && { ...tags },
        // A key that is renamed keeps its parameter. The provider writes an empty value with a new description.
        lifecycle: { ignoreChanges: ["name", "description"] },
      }),
      name,
    );
    const relayed = new DataAwsSsmParameter(this, "relayed", {
      name: this.resource.name,
      dependsOn: [this.resource],
      lifecycle: { postcondition: this.postconditions(props, derived) },
    });
    this.publicKeyPem = addressed(relayed, name).insecureValue;
  }

  private postconditions({ name, algorithm }: RelayProps, derived: string): Precondition[] {
    const { head, modulus } = keyAlgorithms[algorithm];
    const relayed = Token.asString(ref("self.insecure_value", TerraformStack.of(this)));
    const der = Fn.replace(relayed, "/-----[A-Z ]+-----|[^A-Za-z0-9+/=]/", "");
    const isOfKind = Fn.startswith(der, head);
    return [
      {
        condition: Op.eq(Fn.trimspace(relayed), Fn.trimspace(derived)),
        errorMessage: `The SSM parameter \${self.name} does not contain the public half of the signing key "${name}": someone else has changed it. Nothing is published. Find out who may write to it, then apply with -replace=${addressOf(this.resource)}.`,
      },
      {
        condition:
          modulus === undefined ? isOfKind : Op.and(isOfKind, Fn.endswith(der, modulus.tail)),
        errorMessage: `The signing key "${name}" is not ${algorithm}${modulus === undefined ? "" : " with the exponent 65537"}.`,
      },
    ];
  }
}
