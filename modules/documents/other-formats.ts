import { PemError, PrivateKeyError, UnsupportedKeyError, type DocumentError } from "./errors";

/** A form of keys that is not read, and what turns it into one that is. */
interface OtherFormat {
  readonly looksLike: RegExp;
  /** Completes "NAME is …". */
  readonly what: string;
  /** What to run; FILE is the input. */
  readonly command: string;
  readonly Refusal: new (message: string) => DocumentError;
}

const fromSsh = "ssh-keygen -e -m pkcs8 -f";

/** The first bytes of DER, as UTF-8 shows them: a SEQUENCE, its length, and what follows. */
const der = (then: string): RegExp => new RegExp(`^0(\\uFFFD.{1,3}?|.)${then}`, "s");

/** PKCS#1 and PKCS#8 begin with version 0, SEC1 with 1, and encrypted PKCS#8 with what encrypts it. */
const privateDer = der(
  "(\\u0002\\u0001[\\0\\u0001]|0(\\uFFFD.|.)\\u0006.\\*\\uFFFDH\\uFFFD\\uFFFD\\r\\u0001[\\u0005\\f])",
);

/**
 * Forms of keys, the more particular ones first. Binary ones have been decoded as UTF-8, so that bytes
 * above 0x7f are replacement characters.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc4716 RFC 4716} for SSH2
 */
const otherFormats: readonly OtherFormat[] = [
  {
    looksLike: /^(ssh-rsa|ecdsa-sha2-nistp\d+) AAAA/m,
    what: "an OpenSSH public key",
    command: `${fromSsh} FILE`,
    Refusal: PemError,
  },
  {
    looksLike: /^---- BEGIN SSH2 PUBLIC KEY ----/m,
    what: "an SSH2 public key (RFC 4716)",
    command: `ssh-keygen -i -f FILE | ${fromSsh} /dev/stdin`,
    Refusal: PemError,
  },
  {
    looksLike: /^PuTTY-User-Key-File-\d/m,
    what: "a PuTTY key, which contains the private key",
    command: `puttygen FILE -O public-openssh -o key.pub && ${fromSsh} key.pub`,
    Refusal: PrivateKeyError,
  },
  {
    looksLike: /^[ \t]*k8sserviceaccount:/m,
    what: "a Talos secrets file, which contains private keys",
    command: "yq -r .certs.k8sserviceaccount.key FILE | base64 -d | openssl pkey -pubout",
    Refusal: PrivateKeyError,
  },
  {
    looksLike: privateDer,
    what: "a private key in DER",
    command: "openssl pkey -inform DER -in FILE -pubout",
    Refusal: PrivateKeyError,
  },
  {
    looksLike: der("\\u0002\\u0001\\u0003"),
    what: "a PKCS#12 file, with a private key as a rule",
    command: "openssl pkcs12 -in FILE -nokeys | openssl x509 -pubkey -noout",
    Refusal: PrivateKeyError,
  },
  {
    looksLike: der("\\u0006\\t\\*\\uFFFDH\\uFFFD\\uFFFD\\r\\u0001\\u0007\\u0002"),
    what: "a PKCS#7 file in DER",
    command: "openssl pkcs7 -inform DER -in FILE -print_certs | openssl x509 -pubkey -noout",
    Refusal: PemError,
  },
  {
    looksLike: der("0(\\uFFFD.{1,3}?|.)\\uFFFD\\u0003\\u0002\\u0001\\u0002"),
    what: "an X.509 certificate in DER",
    command: "openssl x509 -inform DER -in FILE -pubkey -noout",
    Refusal: PemError,
  },
  {
    looksLike: der(".*\\uFFFD"),
    what: "binary, as DER is",
    command: "openssl pkey -pubin -inform DER -in FILE",
    Refusal: PemError,
  },
];

const readCertificates = "openssl x509 -pubkey -noout";

/** Labels of PEM blocks that are not read, and what turns the file into one that is. */
const otherLabels: Readonly<Record<string, string>> = {
  CMS: `openssl cms -cmsout -in FILE -inform PEM -outform DER | openssl pkcs7 -inform DER -print_certs | ${readCertificates}`,
  PKCS7: `openssl pkcs7 -in FILE -print_certs | ${readCertificates}`,
  "CERTIFICATE REQUEST": "openssl req -in FILE -pubkey -noout",
  "TRUSTED CERTIFICATE": `${readCertificates} -in FILE`,
  "PGP PUBLIC KEY BLOCK": `gpg --import FILE; gpg --export-ssh-key KEY-ID! > key.pub; ${fromSsh} key.pub`,
};

/** What prints the public half of a private key, by the label of its PEM block; FILE is the input. */
export function publicHalfCommand(label: string): string {
  if (label.startsWith("OPENSSH")) return `${fromSsh} FILE`;
  if (label.startsWith("PGP")) return `gpg --export-ssh-key KEY-ID! > key.pub; ${fromSsh} key.pub`;
  return "openssl pkey -in FILE -pubout";
}

/** What turns a file of PEM blocks of this label into a public key; nothing for an unknown label. */
export function conversionCommand(label: string): string | undefined {
  return otherLabels[label];
}

/**
 * Refuses text in a form that is known but not read, with the command that converts it. What the
 * message shows is its form alone.
 *
 * @param text without PEM blocks
 * @param source how messages name the text
 * @returns for a form that is not known
 */
export function refuseOtherFormat(text: string, source: string): void {
  if (/^(ssh-(ed25519|dss)|sk-[\w@.-]+) AAAA/m.test(text)) throw new UnsupportedKeyError(source);
  const format = otherFormats.find(({ looksLike }) => looksLike.test(text));
  if (format !== undefined) {
    const { what, command, Refusal } = format;
    const advice = Refusal === PrivateKeyError ? "its public half" : "to convert it";
    throw new Refusal(`${source} is ${what}; ${advice}: ${command}`);
  }
  const compact = text.replace(/\s+/g, "");
  if (compact.length < 64 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return;
  const decoded = Buffer.from(compact, "base64").toString();
  const isPem = decoded.includes("-----BEGIN ");
  if (decoded.includes("PRIVATE KEY") || privateDer.test(decoded)) {
    const input = isPem ? "" : "-inform DER ";
    throw new PrivateKeyError(
      `${source} is the base64 of a private key; give the public key alone: base64 -d FILE | openssl pkey ${input}-pubout`,
    );
  }
  const decode = isPem ? "base64 -d FILE" : "base64 -d FILE | openssl pkey -pubin -inform DER";
  throw new PemError(`${source} is base64 without PEM lines around it; to convert it: ${decode}`);
}
