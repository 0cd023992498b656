import {
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  KeyIdentifier,
  KeyUsage,
  type KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";
import { UsageError } from "../io/usage-error";
import type { CertificateAuthority } from "./machine-secrets";

/** Whom a certificate is for, and how long. */
export interface ClientCertificateProps {
  /** @default - none */
  readonly commonName?: string;
  /** The groups or roles that the server sees. */
  readonly organization: string;
  readonly keyUsage: KeyUsageFlags;
  readonly validForSeconds: number;
}

/** A certificate and its private key, as PEM. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly notAfter: Date;
}

const commonNameType = "2.5.4.3";
const organizationType = "2.5.4.10";
const maxClockSkewSeconds = 10;
const asn1Null = new Uint8Array([5, 0]).buffer;

/** How an authority's key signs, by its type. */
const algorithms: Readonly<
  Record<string, { oid: string; hash?: string; parameters?: ArrayBuffer }>
> = {
  ed25519: { oid: "1.3.101.112" },
  ec: { oid: "1.2.840.10045.4.3.2", hash: "sha256" },
  rsa: { oid: "1.2.840.113549.1.1.11", hash: "sha256", parameters: asn1Null },
};

/**
 * Makes a key and a certificate for a client, as Talos does: the key is of the authority's type, P-256 for
 * one with RSA.
 *
 * @throws {UsageError} the authority ends before the certificate, or its key is of an unknown type
 * @see {@link https://www.rfc-editor.org/rfc/rfc5280 RFC 5280}
 */
export function issueClientCertificate(
  authority: CertificateAuthority,
  { commonName, organization, keyUsage, validForSeconds }: ClientCertificateProps,
): ClientCertificate {
  const type = authority.key.asymmetricKeyType ?? "";
  const algorithm = algorithms[type];
  if (algorithm === undefined) {
    throw new UsageError("the authority's key must be Ed25519, ECDSA or RSA");
  }
  const now = Math.floor(Date.now() / 1000);
  const notBefore = new Date((now - maxClockSkewSeconds) * 1000);
  const notAfter = new Date((now + validForSeconds) * 1000);
  const end = new Date(authority.certificate.validTo);
  if (notAfter > end) {
    throw new UsageError(
      `--valid-for must end before the cluster's authority does, on ${end.toISOString()}`,
    );
  }
  const { publicKey, privateKey } =
    type === "ed25519"
      ? generateKeyPairSync("ed25519")
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = AsnConvert.parse(authority.certificate.raw, Certificate).tbsCertificate;
  const signatureAlgorithm = new AlgorithmIdentifier({
    algorithm: algorithm.oid,
    parameters: algorithm.parameters,
  });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: signatureAlgorithm,
    issuer: issuer.subject,
    validity: new Validity({ notBefore, notAfter }),
    subject: subject(organization, commonName),
    subjectPublicKeyInfo: AsnConvert.parse(
      publicKey.export({ type: "spki", format: "der" }),
      SubjectPublicKeyInfo,
    ),
    extensions: new Extensions([
      extension(id_ce_keyUsage, new KeyUsage(keyUsage), true),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_clientAuth])),
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
      ...authorityKeyIdentifier(issuer),
    ]),
  });
  const signed = sign(
    algorithm.hash,
    Buffer.from(AsnConvert.serialize(tbsCertificate)),
    authority.key,
  );
  const certificate = AsnConvert.serialize(
    new Certificate({
      tbsCertificate,
      signatureAlgorithm,
      signatureValue: new Uint8Array(signed).buffer,
    }),
  );
  return {
    certificate: new X509Certificate(new Uint8Array(certificate)).toString(),
    key: keyPem(privateKey),
    notAfter,
  };
}

/** Positive, and 16 bytes long. */
function serialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.buffer;
}

function subject(organization: string, commonName: string | undefined): Name {
  const part = (type: string, printableString: string): RelativeDistinguishedName =>
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type, value: new AttributeValue({ printableString }) }),
    ]);
  return new Name([
    part(organizationType, organization),
    ...(commonName === undefined ? [] : [part(commonNameType, commonName)]),
  ]);
}

function extension(extnID: string, value: object, critical = false): Extension {
  return new Extension({
    extnID,
    critical,
    extnValue: new OctetString(AsnConvert.serialize(value)),
  });
}

function authorityKeyIdentifier({ extensions = new Extensions() }: TBSCertificate): Extension[] {
  const own = extensions.find(({ extnID }) => extnID === id_ce_subjectKeyIdentifier);
  if (own === undefined) return [];
  const { buffer } = AsnConvert.parse(own.extnValue.buffer, SubjectKeyIdentifier);
  const keyIdentifier = new KeyIdentifier(buffer);
  return [extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier }))];
}

/** With the labels that Talos gives its keys. */
function keyPem(key: KeyObject): string {
  return key.asymmetricKeyType === "ed25519"
    ? String(key.export({ type: "pkcs8", format: "pem" })).replaceAll(
        "PRIVATE KEY",
        "ED25519 PRIVATE KEY",
      )
    : String(key.export({ type: "sec1", format: "pem" }));
}
