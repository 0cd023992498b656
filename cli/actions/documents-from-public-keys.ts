import {
  buildDiscoveryDocument,
  buildJwks,
  checkIssuerUrl,
  type KeyIdSource,
  parseIssuerUrl,
  type PublicJwk,
  type PublishedDocuments,
  readPublicKeys,
} from "../../modules/documents";
import { formatValue } from "../../modules/validation";
import { flagName } from "../input/flag-name";
import { Mistakes } from "../input/mistakes";
import type { TerraformOptions } from "../input/shared-options";
import { readPublicKeyText } from "../input/public-key-file";
import { inputName } from "../io/read-text";
import type { Host } from "../io/host";

/** Options for public keys in files. */
export interface PublicKeyOptions {
  readonly publicKeyFile?: readonly string[];
  readonly keyId?: string;
  readonly issuerUrl?: string;
}

/** Other sources of the documents, which must be left out. */
interface OtherOptions extends TerraformOptions {
  readonly config?: string;
  readonly cluster?: string;
}

/**
 * The documents of public keys in files, for a cluster that keeps its own signing key.
 *
 * @throws {UsageError} a file contains something else, or options contradict each other
 */
export async function documentsFromPublicKeys(
  options: PublicKeyOptions & OtherOptions,
  host: Host,
): Promise<PublishedDocuments> {
  const { publicKeyFile: files = [], issuerUrl = "", keyId = "computed" } = options;
  const mistakes = new Mistakes();
  for (const other of ["config", "cluster", "terraformOutput", "stack"] as const) {
    if (options[other] === undefined) continue;
    mistakes.add(`${flagName([other])} and --public-key-file are both given: leave one out`);
  }
  if (!isKeyIdSource(keyId)) {
    mistakes.add(`--key-id must be computed or as-given, got ${formatValue(keyId)}`);
  }
  if (issuerUrl === "") mistakes.add("--issuer-url is missing: both documents are for its URL");
  else mistakes.addViolations(checkIssuerUrl(["issuerUrl"], issuerUrl));
  const source = isKeyIdSource(keyId) ? keyId : "computed";
  const keys: PublicJwk[] = [];
  for (const file of files) {
    const read = await mistakes.attempt(async () =>
      readPublicKeys(await readPublicKeyText(file, host), inputName(file), { keyId: source }),
    );
    keys.push(...(read ?? []));
  }
  mistakes.assertNone();
  const issuer = parseIssuerUrl(issuerUrl);
  const algorithms = keys.map(({ alg }) => alg);
  const { url, jwksUri } = issuer;
  const discovery = buildDiscoveryDocument({ issuer: url, jwksUri, algorithms });
  return { issuer, keys, discovery, jwks: buildJwks(keys) };
}

function isKeyIdSource(text: string): text is KeyIdSource {
  return text === "computed" || text === "as-given";
}
