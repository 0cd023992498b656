import { CertRequest } from "@cdktf/provider-tls/lib/cert-request";
import { Fn, Op, type Precondition, ref, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { addressed, local, writeOnlyVersion } from "../../synthesis";
import { type KeyAlgorithm, keyAlgorithms } from "./key-algorithms";
import type { Relay, RelayProps } from "./relay";

/**
 * With a name of nine characters, the public key of a request begins after 33 bytes of DER (RFC 2986,
 * section 4): 44 characters of base64, and no character has bits of both.
 */
const commonName = "irsa-keys";
const start = 44;

/** What follows the public key in a request: an empty set of attributes. */
const attributes = Buffer.from([0xa0, 0x00]);

/** Whether the public key of a kind can be cut out of a request: those of EC keys begin and end amid a character. */
export function canBeRequested(algorithm: KeyAlgorithm): boolean {
  return keyAlgorithms[algorithm].modulus !== undefined;
}

/**
 * Takes an RSA public key out of the ephemeral world in a certificate request, which Terraform makes with a
 * write-only argument (tls 4.4) and keeps in its state alone. Nobody signs it. The public key is cut out of
 * its base64.
 */
export class CertificateRequestRelay extends Construct implements Relay {
  readonly publicKeyPem: string;
  readonly resource: CertRequest;

  constructor(scope: Construct, id: string, props: RelayProps) {
    super(scope, id);
    const { name, algorithm } = props;
    const request = new CertRequest(this, "request", {
      privateKeyPem: "",
      subject: [{ commonName }],
      lifecycle: { postcondition: [this.isOfKind(props)] },
    });
    // The class is older than the argument.
    request.addOverride("private_key_pem", undefined);
    request.addOverride("private_key_pem_wo", props.privateKeyPem);
    request.addOverride("private_key_pem_wo_version", writeOnlyVersion(props.versionId));
    this.resource = addressed(request, name);

    const { whole, rest } = publicKeyOf(algorithm);
    const body = base64Of(this.resource.certRequestPem);
    const key = Fn.join("", [Fn.substr(body, start, whole), rest]);
    const lines = local(this, `${name}_public_key`, Fn.regexall(".{1,64}", key));
    this.publicKeyPem = `-----BEGIN PUBLIC KEY-----\n${Fn.join("\n", Token.asList(lines))}\n-----END PUBLIC KEY-----\n`;
  }

  private isOfKind({ name, algorithm }: RelayProps): Precondition {
    const { head } = keyAlgorithms[algorithm];
    const { whole, next } = publicKeyOf(algorithm);
    const body = base64Of(Token.asString(ref("self.cert_request_pem", TerraformStack.of(this))));
    return {
      condition: Op.and(
        Op.eq(Fn.substr(body, start, head.length), head),
        Op.eq(Fn.substr(body, start + whole - 4, next.length), next),
      ),
      errorMessage: `The signing key "${name}" is not ${algorithm} with the exponent 65537.`,
    };
  }
}

/** The base64 of a PEM, without its lines. */
function base64Of(pem: string): string {
  return Fn.replace(pem, "/-----[A-Z ]+-----|[^A-Za-z0-9+/=]/", "");
}

/**
 * Where the base64 of an RSA public key is in that of a request.
 *
 * @returns `whole`: how many characters are the same in both; `rest`: those that follow in the public key;
 *   `next`: the last four of the same, and those that follow in the request
 */
function publicKeyOf(algorithm: KeyAlgorithm) {
  const { head } = keyAlgorithms[algorithm];
  // DER gives its length in the third and fourth byte, without the first four.
  const bytes = Buffer.from(head.slice(0, 8), "base64").readUInt16BE(2) + 4;
  const over = bytes % 3;
  const exponent = Buffer.from([0x02, 0x03, 0x01, 0x00, 0x01]);
  const end = exponent.subarray(exponent.length - over - 3);
  return {
    whole: Math.floor(bytes / 3) * 4,
    rest: end.subarray(3).toString("base64"),
    next: Buffer.concat([end, attributes])
      .toString("base64")
      .slice(0, over === 0 ? 4 : 8),
  };
}
