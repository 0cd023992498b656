import { type PublishedDocuments, readPublishedDocuments } from "../../modules/documents";
import { InvalidPropsError } from "../../modules/validation";
import type { Host } from "../io/host";
import { Mistakes } from "../input/mistakes";
import type { TerraformOptions } from "../input/shared-options";
import { outputName, type WantedOutputs } from "../input/terraform-output";
import { isObject, parseJson } from "../io/json";
import { TerraformSource } from "../input/terraform-source";

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
 * The documents of what Terraform made, which are made anew: nothing of the outputs is published as it is.
 *
 * @throws {UsageError} the outputs contain something else than these documents
 */
export async function documentsFromTerraform(
  options: Options,
  host: Host,
): Promise<PublishedDocuments> {
  const mistakes = new Mistakes({ discovery: outputName("discovery_document") });
  const source = await TerraformSource.read({ host, mistakes, options, wanted, isNeeded: true });
  const given = { property: "issuerUrl", options: "--issuer-url", output: "issuer_url" };
  const issuerUrl = options.issuerUrl ?? source.outputText(given);
  const jwks = jwksText(source);
  const discovery = source.value("discovery_document");
  mistakes.assertNone();
  return mistakes.complete(async () => {
    const documents = await readPublishedDocuments({
      issuerUrl,
      jwks,
      jwksName: outputName("jwks"),
      discovery: typeof discovery === "string" ? discovery : JSON.stringify(discovery),
    });
    if (Array.isArray(documents)) throw new InvalidPropsError(documents);
    return documents;
  });
}

function jwksText(source: TerraformSource): string {
  const value = source.value("jwks");
  return isJwks(value)
    ? JSON.stringify(value)
    : source.outputText({ property: "jwks", output: "jwks" });
}

function isJwks(value: unknown): value is { readonly keys: readonly unknown[] } {
  return isObject(value) && Array.isArray(value.keys);
}
