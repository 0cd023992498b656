import { spawnSync } from "node:child_process";
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DocumentError, readPublicKeys } from "../../../modules/documents";
import { unpem } from "../../fixtures/encoding";
import { certificates } from "../../fixtures/key-vectors";

const directory = mkdtempSync(join(tmpdir(), "irsa-formats-"));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const fixture = (name: string) => readFileSync(join(__dirname, "../../fixtures/keys", name));
const publicPem = fixture("cluster.pub").toString();
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const privatePem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const ownPublicPem = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
const certifiedPem = createPublicKey(certificates.rsa)
  .export({ type: "spki", format: "pem" })
  .toString();

/** What a shell prints for a command, run beside the file FILE. */
function run(command: string, input: string | Buffer = ""): Buffer {
  const { stdout, stderr, status } = spawnSync("sh", ["-c", command], { cwd: directory, input });
  if (status !== 0) throw new Error(`${command}: ${stderr.toString()}`);
  return stdout;
}

const has = (tool: string) => spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0;
const pkcs7 = (form: string) => {
  writeFileSync(join(directory, "certificate.pem"), certificates.rsa);
  return run(`openssl crl2pkcs7 -nocrl -certfile certificate.pem -outform ${form}`);
};
const talosSecrets = `certs:\n    k8sserviceaccount:\n        key: ${Buffer.from(privatePem).toString("base64")}\n`;

const rows: readonly (readonly [
  name: string,
  tools: readonly string[],
  make: () => string | Buffer,
  says: string,
  expected: string,
])[] = [
  [
    "an OpenSSH public key",
    ["ssh-keygen"],
    () => fixture("cluster.ssh.pub"),
    "FILE is an OpenSSH public key; to convert it: ssh-keygen -e -m pkcs8 -f FILE",
    publicPem,
  ],
  [
    "an SSH2 public key",
    ["ssh-keygen"],
    () => {
      writeFileSync(join(directory, "ssh.pub"), fixture("cluster.ssh.pub"));
      return run("ssh-keygen -e -f ssh.pub");
    },
    "FILE is an SSH2 public key (RFC 4716); to convert it: ssh-keygen -i -f FILE | ssh-keygen -e -m pkcs8 -f /dev/stdin",
    publicPem,
  ],
  [
    "DER",
    ["openssl"],
    () => unpem(publicPem),
    "FILE is binary, as DER is; to convert it: openssl pkey -pubin -inform DER -in FILE",
    publicPem,
  ],
  [
    "a certificate in DER",
    ["openssl"],
    () => unpem(certificates.rsa),
    "FILE is an X.509 certificate in DER; to convert it: openssl x509 -inform DER -in FILE -pubkey -noout",
    certifiedPem,
  ],
  [
    "PKCS#7",
    ["openssl"],
    () => pkcs7("PEM"),
    'key 1 of FILE is labelled "PKCS7"; to convert it: openssl pkcs7 -in FILE -print_certs | openssl x509 -pubkey -noout',
    certifiedPem,
  ],
  [
    "PKCS#7 in DER",
    ["openssl"],
    () => pkcs7("DER"),
    "FILE is a PKCS#7 file in DER; to convert it: openssl pkcs7 -inform DER -in FILE -print_certs | openssl x509 -pubkey -noout",
    certifiedPem,
  ],
  [
    "CMS",
    ["openssl"],
    () => pkcs7("PEM").toString().replaceAll("PKCS7", "CMS"),
    'key 1 of FILE is labelled "CMS"; to convert it: openssl cms -cmsout -in FILE -inform PEM -outform DER | openssl pkcs7 -inform DER -print_certs | openssl x509 -pubkey -noout',
    certifiedPem,
  ],
  [
    "a trusted certificate",
    ["openssl"],
    () => run("openssl x509 -trustout", certificates.rsa),
    'key 1 of FILE is labelled "TRUSTED CERTIFICATE"; to convert it: openssl x509 -pubkey -noout -in FILE',
    certifiedPem,
  ],
  [
    "the base64 of a PEM",
    [],
    () => Buffer.from(publicPem).toString("base64"),
    "FILE is base64 without PEM lines around it; to convert it: base64 -d FILE",
    publicPem,
  ],
  [
    "the base64 of DER",
    ["openssl"],
    () => unpem(publicPem).toString("base64"),
    "FILE is base64 without PEM lines around it; to convert it: base64 -d FILE | openssl pkey -pubin -inform DER",
    publicPem,
  ],
  [
    "a private key",
    ["openssl"],
    () => privatePem,
    "block 1 of FILE is a private key; give the public key alone: openssl pkey -in FILE -pubout",
    ownPublicPem,
  ],
  [
    "a private key in DER",
    ["openssl"],
    () => privateKey.export({ type: "pkcs8", format: "der" }),
    "FILE is a private key in DER; its public half: openssl pkey -inform DER -in FILE -pubout",
    ownPublicPem,
  ],
  [
    "the base64 of a private key",
    ["openssl"],
    () => Buffer.from(privatePem).toString("base64"),
    "FILE is the base64 of a private key; give the public key alone: base64 -d FILE | openssl pkey -pubout",
    ownPublicPem,
  ],
  [
    "the base64 of a private key in DER",
    ["openssl"],
    () => privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    "FILE is the base64 of a private key; give the public key alone: base64 -d FILE | openssl pkey -inform DER -pubout",
    ownPublicPem,
  ],
  [
    "a Talos secrets file",
    ["yq", "openssl"],
    () => talosSecrets,
    "FILE is a Talos secrets file, which contains private keys; its public half: yq -r .certs.k8sserviceaccount.key FILE | base64 -d | openssl pkey -pubout",
    ownPublicPem,
  ],
];

describe.each(rows)("%s", (_, tools, make, says, expected) => {
  const test = tools.every(has) ? it : it.skip;

  test("is refused with the command that converts it", async () => {
    const content = make();
    writeFileSync(join(directory, "FILE"), content, { mode: 0o600 });
    const text = readFileSync(join(directory, "FILE"), "utf8");
    const error = await readPublicKeys(text, "FILE").catch((reason: unknown) => reason);
    expect((error as DocumentError).message).toBe(says);

    const command = says.slice(says.lastIndexOf(": ") + 2);
    await expect(readPublicKeys(run(command).toString())).resolves.toEqual(
      await readPublicKeys(expected),
    );
  });
});

test("the private halves of these tests are the ones of their public halves", () => {
  expect(createPublicKey(createPrivateKey(privatePem)).export({ format: "jwk" })).toEqual(
    createPublicKey(ownPublicPem).export({ format: "jwk" }),
  );
});

test.each([
  [
    "PuTTY",
    "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n",
    "FILE is a PuTTY key, which contains the private key; its public half: puttygen FILE -O public-openssh -o key.pub && ssh-keygen -e -m pkcs8 -f key.pub",
  ],
  [
    "an OpenPGP public key",
    "-----BEGIN PGP PUBLIC KEY BLOCK-----\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----",
    'key 1 of FILE is labelled "PGP PUBLIC KEY BLOCK"; to convert it: gpg --import FILE; gpg --export-ssh-key KEY-ID! > key.pub; ssh-keygen -e -m pkcs8 -f key.pub',
  ],
  [
    "an OpenPGP private key",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\n",
    "block 1 of FILE is a private key; give the public key alone: gpg --export-ssh-key KEY-ID! > key.pub; ssh-keygen -e -m pkcs8 -f key.pub",
  ],
  [
    "an OpenSSH private key",
    "-----BEGIN OPENSSH PRIVATE KEY-----\n",
    "block 1 of FILE is a private key; give the public key alone: ssh-keygen -e -m pkcs8 -f FILE",
  ],
  [
    "an Ed25519 key of OpenSSH",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== signer",
    "FILE must be RSA, or EC on P-256, P-384 or P-521: Kubernetes signs and AWS STS verifies with no other kind",
  ],
])("%s", async (_, text, says) => {
  await expect(readPublicKeys(text, "FILE")).rejects.toThrow(says);
});
