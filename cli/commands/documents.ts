import { Command } from "commander";
import { type Cluster, loadConfig } from "../../config/load";
import {
  buildDiscoveryDocument,
  parseIssuerUrl,
  buildObjectKeys,
  readPublicKeys,
} from "../../modules/documents";
import { isGiven, knownKeys, signingSource } from "../../modules/issuer";
import { UsageError } from "../errors";
import { readInput, writeFiles } from "../output/files";
import { outputText, parseJson, readTerraformOutput } from "../input/terraform-output";

interface Options {
  readonly out: string;
  readonly config?: string;
  readonly cluster?: string;
  readonly terraformOutput?: string;
}

interface Documents {
  readonly discovery: string;
  readonly jwks: string;
}

export const documentsCommand = new Command("documents")
  .description(
    "write the two documents of a self-published issuer as files, to be published at its URL",
  )
  .requiredOption(
    "--out <directory>",
    "where to write; what is below it belongs below the issuer URL",
  )
  .option("--config <file>", "configuration (default: IRSA_CONFIG, or irsa.yaml)")
  .option("--cluster <name>", "which cluster of the configuration, if there are several")
  .option(
    "--terraform-output <file>",
    "`terraform output -json` of the stack, or - ; for keys that Terraform made",
  )
  .action(async (options: Options) => {
    const documents =
      options.terraformOutput === undefined
        ? fromCluster(await chosenCluster(options))
        : await fromTerraform(options.terraformOutput);
    const keys = buildObjectKeys();
    const paths = writeFiles(options.out, {
      [keys.discovery]: { text: documents.discovery },
      [keys.jwks]: { text: documents.jwks },
    });
    console.log(paths.map((path) => `Wrote ${path}`).join("\n"));
  });

async function chosenCluster({ config: file, cluster: name }: Options): Promise<Cluster> {
  const environment = file === undefined ? process.env : { IRSA_CONFIG: file };
  const clusters = (await loadConfig(environment))?.clusters;
  if (clusters === undefined) {
    throw new UsageError("there is no irsa.yaml with clusters; name one with --config");
  }
  const names = clusters.map((cluster) => cluster.name).join(", ");
  const [only, ...others] =
    name === undefined ? clusters : clusters.filter((cluster) => cluster.name === name);
  if (only === undefined) throw new UsageError(`--cluster must be one of: ${names}`);
  if (others.length > 0) throw new UsageError(`choose one with --cluster: ${names}`);
  return only;
}

function fromCluster({ name, issuer }: Cluster): Documents {
  if (!("hosting" in issuer) || issuer.hosting.kind !== "self-published") {
    throw new UsageError(
      `the documents of ${name} are not yours to write: only those with hosting: self-published are`,
    );
  }
  const { hosting, keys = [], emptyKeyId } = issuer;
  if (keys.length === 0 || !keys.every(isGiven)) {
    throw new UsageError(
      `Terraform makes a key of ${name}: apply, then give --terraform-output what \`terraform output -json\` prints`,
    );
  }
  const { url, jwksUri } = parseIssuerUrl(hosting.issuerUrl);
  const algorithms = keys.flatMap(({ publicKeys }) => publicKeys.map(({ alg }) => alg));
  return {
    discovery: JSON.stringify(buildDiscoveryDocument({ issuer: url, jwksUri, algorithms })),
    jwks: knownKeys(keys, emptyKeyId === true ? signingSource(keys)?.name : undefined).jwks,
  };
}

/** What Terraform made is checked once more: it is about to be published. */
async function fromTerraform(file: string): Promise<Documents> {
  const outputs = readTerraformOutput(readInput(file), file === "-" ? "standard input" : file);
  const discovery = outputText(outputs, "discovery_document");
  const text = outputText(outputs, "jwks");
  const { url } = parseIssuerUrl(outputText(outputs, "issuer_url"));
  const document = parseJson(discovery) as { issuer?: unknown } | null | undefined;
  if (document?.issuer !== url) {
    throw new UsageError(
      "Terraform's outputs discovery_document and issuer_url do not fit together",
    );
  }
  const set = parseJson(text) as { keys?: { kid?: string }[] } | null | undefined;
  const distinct = set?.keys?.filter(({ kid }) => kid !== "") ?? [];
  await readPublicKeys(JSON.stringify({ keys: distinct }), "Terraform's output jwks");
  return { discovery, jwks: text };
}
