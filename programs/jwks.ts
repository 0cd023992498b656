import { readFileSync } from "node:fs";
import {
  buildJwks,
  DocumentError,
  type KeyIdSource,
  NoKeysError,
  readPublicKeys,
} from "../modules/documents";

/** One entry of the query: public keys in any form that {@link readPublicKeys} takes. */
interface NamedPublicKey {
  readonly name: string;
  readonly publicKey: string;
  /** Whether the first of the keys is published a second time with an empty `kid`. */
  readonly emptyKeyId: boolean;
  readonly keyId: KeyIdSource;
}

class QueryError extends DocumentError {
  readonly code = "ERR_QUERY";
}

/**
 * What Terraform runs at apply behind `data.external`: public keys in, JWKS out. All of the query is
 * read and checked before anything is written.
 *
 * Query: `{"keys": "[{\"name\": …, \"publicKey\": …, \"emptyKeyId\": …, \"keyId\": …}, …]"}`, the last
 * two optional; an external data source carries strings only, so the list is JSON in a string. Result,
 * likewise: `jwks`, and as JSON lists `key_ids` and `algorithms`, one entry a key.
 *
 * @see {@link https://registry.terraform.io/providers/hashicorp/external/latest/docs/data-sources/external#external-program-protocol External Program Protocol}
 */
async function answer(query: string): Promise<string> {
  const sources = readQuery(query);
  const keys = await Promise.all(
    sources.map(({ name, publicKey, keyId }) =>
      readPublicKeys(publicKey, JSON.stringify(name), { keyId }),
    ),
  );
  const published = keys.flat();
  const [again] = keys[sources.findIndex(({ emptyKeyId }) => emptyKeyId)] ?? [];
  return JSON.stringify({
    jwks: buildJwks(published, again),
    key_ids: JSON.stringify(published.map(({ kid }) => kid)),
    algorithms: JSON.stringify(published.map(({ alg }) => alg)),
  });
}

function readQuery(query: string): NamedPublicKey[] {
  const keys = member(parse(query, "the query"), "keys", "the query");
  const list = parse(keys, '"keys" of the query');
  if (!Array.isArray(list)) throw new QueryError('"keys" of the query must be a JSON list');
  if (list.length === 0) throw new NoKeysError("the query holds no public key");
  return list.map((entry: unknown, index) => {
    const where = `entry ${index + 1} of the query`;
    const { emptyKeyId = false, keyId = "computed" } = (entry ?? {}) as {
      emptyKeyId?: unknown;
      keyId?: unknown;
    };
    if (keyId !== "computed" && keyId !== "as-given") {
      throw new QueryError(`"keyId" of ${where} must be "computed" or "as-given"`);
    }
    return {
      name: member(entry, "name", where),
      publicKey: member(entry, "publicKey", where),
      emptyKeyId: emptyKeyId === true,
      keyId,
    };
  });
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new QueryError(`${where} must be JSON`);
  }
}

function member(value: unknown, name: string, where: string): string {
  const found = (value as Readonly<Record<string, unknown>> | null)?.[name];
  if (typeof found !== "string") throw new QueryError(`${where} must have a string "${name}"`);
  return found;
}

answer(readFileSync(0, "utf8")).then(
  (result) => {
    process.stdout.write(result);
  },
  (error: unknown) => {
    const reason =
      error instanceof DocumentError
        ? `${error.code}: ${error.message}`
        : "ERR_INTERNAL: unexpected failure";
    process.stderr.write(`${reason}\n`);
    process.exitCode = 1;
  },
);
