import { isDeepStrictEqual } from "node:util";
import {
  buildDiscoveryDocument,
  buildJwks,
  type IssuerUrl,
  parseIssuerUrl,
  type PublicJwk,
  readPublicKeys,
  type SigningAlgorithm,
} from "../../modules/documents";
import { formatValue } from "../../modules/validation";
import type { Host } from "../io/host";
import { UsageError } from "../io/usage-error";
import { Mistakes } from "../input/mistakes";
import type { TerraformOptions } from "../input/shared-options";
import { isObject, parseJson, type WantedOutputs } from "../input/terraform-output";
import { outputName, TerraformSource } from "../input/terraform-source";

/** The two documents of an issuer, made of nothing but its URL and public keys. */
export interface Documents {
  readonly issuer: IssuerUrl;
  readonly algorithms: readonly SigningAlgorithm[];
  readonly jwks: string;
}

interface Options extends TerraformOptions {
  readonly issuerUrl?: string;
}

const wanted: WantedOutputs = {
  outputs: ["discovery_document", "issuer_url", "jwks"],
  single: "jwks",
  // `terraform output -json jwks` prints a string of JSON, `-raw` the JSON itself.
  isSingle: (value) => (typeof value === "string" ? isJwks(parseJson(value)) : isJwks(value)),
};

/**
 * The documents of what Terraform made. Nothing of the outputs is published as it is: the keys go
 * through the reader of public keys, and both documents are made anew.
 *
 * @throws {UsageError} the outputs hold something else than these documents
 */
export async function documentsFromTerraform(options: Options, host: Host): Promise<Documents> {
  const mistakes = new Mistakes();
  const source = await TerraformSource.read({ host, mistakes, options, wanted, isNeeded: true });
  const given = { property: "issuerUrl", options: "--issuer-url", output: "issuer_url" };
  const url = options.issuerUrl ?? source.outputText(given);
  const jwks = jwksText(source);
  mistakes.assertNone();
  const issuer = await mistakes.complete(() => parseIssuerUrl(url));
  const keys = await mistakes.complete(() => readJwks(jwks));
  const algorithms = keys.published.map(({ alg }) => alg);
  const { jwksUri } = issuer;
  assertSame(
    source.value("discovery_document"),
    buildDiscoveryDocument({ issuer: issuer.url, jwksUri, algorithms }),
  );
  return { issuer, algorithms, jwks: buildJwks(keys.published, keys.withEmptyKeyId) };
}

function jwksText(source: TerraformSource): string {
  const value = source.value("jwks");
  return isJwks(value)
    ? JSON.stringify(value)
    : source.outputText({ property: "jwks", output: "jwks" });
}

interface Keys {
  readonly published: readonly PublicJwk[];
  readonly withEmptyKeyId: readonly PublicJwk[];
}

/** Keys whose `kid` is empty are published keys again, for API servers before Kubernetes 1.16. */
async function readJwks(text: string): Promise<Keys> {
  const source = outputName("jwks");
  const set = parseJson(text);
  const entries: readonly unknown[] = isJwks(set) ? set.keys : [];
  const isEmpty = (entry: unknown): boolean => isObject(entry) && entry.kid === "";
  const read = (some: readonly unknown[]): Promise<PublicJwk[]> =>
    readPublicKeys(JSON.stringify({ keys: some }), source);
  const published = await read(entries.filter((entry) => !isEmpty(entry)));
  const empty = entries.filter(isEmpty).map((entry) => ({ ...(entry as object), kid: undefined }));
  const repeated = empty.length === 0 ? [] : await read(empty);
  const known = new Set(published.map(({ kid }) => kid));
  if (!repeated.every(({ kid }) => known.has(kid))) {
    throw new UsageError(`${source} has a key with an empty kid that is not one of the others`);
  }
  return { published, withEmptyKeyId: repeated };
}

/** The document that Terraform made, if there is one, must be the one that is written. */
function assertSame(text: unknown, expected: object): void {
  if (text === undefined) return;
  const given = typeof text === "string" ? parseJson(text) : undefined;
  const name = outputName("discovery_document");
  if (!isObject(given)) throw new UsageError(`${name} must be a discovery document`);
  const members = [...new Set([...Object.keys(given), ...Object.keys(expected)])];
  const wrong = members.filter(
    (member) => !isDeepStrictEqual(given[member], (expected as Record<string, unknown>)[member]),
  );
  if (wrong.length === 0) return;
  throw new UsageError(
    wrong
      .map((member) => {
        const right = (expected as Record<string, unknown>)[member];
        const rule = right === undefined ? "must be absent" : `must be ${JSON.stringify(right)}`;
        return `${name}: ${formatValue(member)} ${rule}, got ${formatValue(given[member])}`;
      })
      .join("\n"),
  );
}

function isJwks(value: unknown): value is { readonly keys: readonly unknown[] } {
  return isObject(value) && Array.isArray(value.keys);
}
