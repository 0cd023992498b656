import { Base64Error, PemError, PrivateKeyError } from "./errors";
import { publicHalfCommand } from "./other-formats";

/** One block of a PEM text: what its label says and the bytes it carries. */
export interface PemBlock {
  readonly label: string;
  readonly der: Buffer;
}

const boundary = /-----(BEGIN|END) ([A-Z0-9 ]*)-----/g;
const brokenBoundary = /-- ?(BEGIN|END)/i;

/**
 * The blocks of a PEM text in their order. Text between blocks, blank lines and either kind of line
 * end are skipped over, as RFC 7468 (section 2) allows.
 *
 * @param text PEM
 * @param source how messages name the text, such as a file name
 * @throws {PrivateKeyError} a label announces a private key, whether or not its block is whole
 * @throws {PemError} a block is not closed, or closed under another label; a BEGIN or END line is
 *   not whole, so that its key would be passed over as text
 * @throws {Base64Error} a block's body is not base64
 */
export function readPem(text: string, source: string): PemBlock[] {
  const labels = [...text.matchAll(/-----BEGIN ([^\r\n-]*)/g)];
  const secret = labels.findIndex(([, label = ""]) => label.includes("PRIVATE KEY"));
  if (secret !== -1) {
    throw new PrivateKeyError(
      `block ${secret + 1} of ${source} is a private key; give the public key alone: ${publicHalfCommand(labels[secret]?.[1] ?? "")}`,
    );
  }
  const marks = [...text.matchAll(boundary)];
  const blocks: PemBlock[] = [];
  let outside = text.slice(0, marks[0]?.index);
  for (let index = 0; index < marks.length; index += 2) {
    const begin = marks[index];
    const end = marks[index + 1];
    const name = `block ${blocks.length + 1} of ${source}`;
    if (begin?.[1] !== "BEGIN") throw new PemError(`${name} ends before it begins`);
    if (end?.[1] !== "END") throw new PemError(`${name} has no END line`);
    if (begin[2] !== end[2]) throw new PemError(`${name} begins and ends under different labels`);
    const body = text.slice(begin.index + begin[0].length, end.index);
    blocks.push({ label: begin[2] ?? "", der: decodeBase64(body.replace(/\s+/g, ""), name) });
    outside += text.slice(end.index + end[0].length, marks[index + 2]?.index);
  }
  if (brokenBoundary.test(outside)) {
    throw new PemError(
      `${source} has a BEGIN or END line that is not whole; each has five dashes at both ends and a label in capitals`,
    );
  }
  return blocks;
}

function decodeBase64(body: string, name: string): Buffer {
  const der = Buffer.from(body, "base64");
  if (body === "" || der.toString("base64") !== body) {
    throw new Base64Error(`${name} is not base64 with padding; it may have been cut or edited`);
  }
  return der;
}
