import { checkPrimeSync, type KeyObject } from "node:crypto";
import { RsaExponentError, RsaModulusError } from "./errors";

const minBits = 2048;
/** What OpenSSL verifies with, at most. */
const maxBits = 16_384;
/** Go, and so Kubernetes, takes no larger one. */
const maxExponent = 2n ** 31n - 1n;
const greatestSmallFactor = 5000n;
const fermatSteps = 300;
/** What a square leaves when it is divided by 64: it rules out most numbers at once. */
const squareEndings = new Set(Array.from({ length: 64 }, (_, root) => (root * root) % 64));

/** Moduli that have been tested: a key is read once and checked again where it is used. */
const sound = new Set<string>();

/** What a cheap test can tell of a modulus that is not the product of two large, unrelated primes. */
const weaknesses: readonly { readonly isFound: (n: bigint) => boolean; readonly says: string }[] = [
  { isFound: (n) => n % 2n === 0n, says: "an even modulus, which no two primes have" },
  {
    isFound: (n) => (n & (n + 1n)) === 0n || ((n - 1n) & (n - 2n)) === 0n,
    says: "a modulus next to a power of two, whose factors are public",
  },
  { isFound: hasSmallFactor, says: `a modulus that has a factor below ${greatestSmallFactor}` },
  { isFound: (n) => checkPrimeSync(n), says: "a modulus that is a prime, not a product of two" },
  {
    isFound: hasCloseFactors,
    says: "a modulus of two equal or nearly equal factors, which anyone can find",
  },
];

/**
 * Refuses an RSA key that is too short, too long for its verifiers, or that anyone can take apart.
 *
 * @param name how messages name the key
 * @throws {RsaModulusError} the modulus
 * @throws {RsaExponentError} the exponent
 * @see {@link https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-89.pdf NIST SP 800-89, section 5.3.3} for partial validation of a public key
 */
export function assertSoundRsa(key: KeyObject, name: string): void {
  const { modulusLength: bits = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (bits < minBits || bits > maxBits) {
    throw new RsaModulusError(
      `${name} is RSA with a modulus of ${bits} bits, must be ${minBits} to ${maxBits}`,
    );
  }
  if (publicExponent < 3n || publicExponent > maxExponent || publicExponent % 2n === 0n) {
    const given = publicExponent > maxExponent ? "of 2^31 or more" : `of ${publicExponent}`;
    throw new RsaExponentError(
      `${name} is RSA with a public exponent ${given}, must be odd, at least 3 and below 2^31`,
    );
  }
  const modulus = key.export({ format: "jwk" }).n ?? "";
  if (sound.has(modulus)) return;
  const n = BigInt(`0x${Buffer.from(modulus, "base64url").toString("hex")}`);
  const weakness = weaknesses.find(({ isFound }) => isFound(n));
  if (weakness !== undefined) {
    throw new RsaModulusError(
      `${name} is RSA with ${weakness.says}; make another key pair (openssl genrsa -out sa.key 2048)`,
    );
  }
  sound.add(modulus);
}

function hasSmallFactor(n: bigint): boolean {
  for (let factor = 3n; factor < greatestSmallFactor; factor += 2n) {
    if (n % factor === 0n) return true;
  }
  return false;
}

/** Fermat's method: a modulus of close factors is the difference of two squares near its root. */
function hasCloseFactors(n: bigint): boolean {
  const root = floorOfRoot(n);
  for (let step = 0; step < fermatSteps; step++) {
    const mean = root + BigInt(step);
    const difference = mean * mean - n;
    if (difference >= 0n && isSquare(difference)) return true;
  }
  return false;
}

function isSquare(number: bigint): boolean {
  if (number === 0n) return true;
  return squareEndings.has(Number(number & 63n)) && floorOfRoot(number) ** 2n === number;
}

/** The square root of a positive number, rounded down, by Newton's method from above. */
function floorOfRoot(number: bigint): bigint {
  let root = 1n << BigInt((number.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + number / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
