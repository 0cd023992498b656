import { createPrivateKey } from "node:crypto";

/** Long enough to tell of nothing else, short enough to be found in a wrapped line. */
const runLength = 40;

/** Finds private parts of a key in text, wherever its lines break and in either base64. */
export class PrivateKeyScanner {
  private readonly runs: Set<string>;

  constructor(pem: string) {
    this.runs = runsOf(pem);
  }

  /** How many runs there are to find. */
  get size(): number {
    return this.runs.size;
  }

  /** How many runs of the key a string contains. */
  count(text: string): number {
    const flat = text
      .replaceAll(/\s|\\n/g, "")
      .replaceAll("-", "+")
      .replaceAll("_", "/");
    return [...this.runs].filter((run) => flat.includes(run)).length;
  }
}

/**
 * Runs of every private number of the key in base64, wherever in a structure (PKCS#1, PKCS#8, OpenSSH) it
 * begins, and of the base64 of the PEM. The modulus is left out: the public key holds it.
 */
function runsOf(pem: string): Set<string> {
  const {
    d = "",
    p = "",
    q = "",
    dp = "",
    dq = "",
    qi = "",
  } = createPrivateKey(pem).export({
    format: "jwk",
  });
  const numbers = [d, p, q, dp, dq, qi].flatMap((number) => {
    const bytes = Buffer.from(number, "base64url");
    return [0, 1, 2].map((shift) => bytes.subarray(shift).toString("base64").replace(/.?=*$/, ""));
  });
  const privateHalf = Buffer.from(pem)
    .toString("base64")
    .slice(pem.length / 2);
  return new Set(
    [...numbers, privateHalf].flatMap((text) =>
      Array.from({ length: text.length - runLength + 1 }, (_, start) =>
        text.slice(start, start + runLength),
      ),
    ),
  );
}
