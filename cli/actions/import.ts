import { join, relative } from "node:path";
import { ConfigError } from "../../config/config-error";
import {
  type ConfigFile,
  type ConfigFiles,
  parseConfig,
  parseConfigFiles,
  readConfigFiles,
} from "../../config/load";
import { version } from "../../package.json";
import {
  adoptCluster,
  type Adoption,
  bucketOfUrl,
  expectPlan,
  formatImports,
  type KeySecret,
  type Setup,
} from "../../modules/adoption";
import { formatYaml, readTalosPrivateKey } from "../../modules/cluster";
import { checkIssuerUrl } from "../../modules/documents";
import {
  checkRegion,
  checkText,
  clusterNameRules,
  formatViolation,
  secretIdRules,
} from "../../modules/validation";
import { limitsOf, NotCollected } from "../evidence/collected";
import { Iam } from "../evidence/iam";
import { collectSetup } from "../evidence/setup";
import { Mistakes } from "../input/mistakes";
import type { Action, Host } from "../io/host";
import { presentable } from "../io/presentable";
import { withProgress } from "../io/progress";
import { isSecretArn, readNamedSecret } from "../io/secrets-manager";
import { UsageError } from "../io/usage-error";
import { formatJson } from "../output/result";
import { readStacks } from "../output/read-stacks";
import { writeFiles } from "../output/write-files";
import { formatImport, type ImportResult } from "./import/report";

/** Options of the command. */
export interface ImportOptions {
  readonly cluster: string;
  readonly issuerUrl?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly secretId?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** An account with thousands of roles takes that long. */
const seconds = 120;

export const importCluster: Action<ImportOptions> = async (options, host) => {
  const { cluster: name, out = ".", json = false, force } = options;
  const { issuerUrl, region } = checkOptions(options, host);
  if (issuerUrl === undefined || region === undefined) {
    // It refuses, and names the issuers of the account.
    await lookAt(undefined, options, host);
    return;
  }
  const main = join(out, "irsa.yaml");
  const files = readConfigFiles({ file: main, directory: host.io.cwd });
  const setup = await withProgress("Looking", host, () =>
    lookAt(issuerUrl, { ...options, region }, host),
  );
  const secret = await readKeySecret(options, region, host);
  const adoption = await adoptCluster(name, region, setup, secret);
  if (secret !== undefined) assertUsed(secret, adoption);
  const file = await fileOf(name, out, files);
  const text = configurationText(file, adoption.cluster);
  const config = await checked(withFile(files, { file, text }, host.io.cwd));
  const clusters = config.clusters?.filter((each) => each.name === name);
  const [terraform = {}] = (await readStacks({ ...config, clusters }, host)).values();
  const plan = expectPlan(terraform, setup);
  const importFile = `${name}.import.tf`;
  const written = writeFiles(
    host,
    out,
    {
      [relative(out, file)]: { text },
      [importFile]: { text: formatImports(plan.imports) },
    },
    { force },
  );
  const { left, checks } = adoption;
  const result: ImportResult = {
    ...{ cluster: name, issuerUrl, written, importFile: join(out, importFile) },
    ...{ ...plan, left, checks, unread: setup.unread },
  };
  await host.print(json ? formatJson(result) : formatImport(result));
};

/** @throws {UsageError} with everything that is wrong */
function checkOptions(
  { cluster: name, issuerUrl, region: given, secretId }: ImportOptions,
  { io: { env } }: Host,
): { readonly issuerUrl: string | undefined; readonly region: string | undefined } {
  const mistakes = new Mistakes({ name: "the cluster's name" });
  mistakes.addViolations([
    ...checkText(["name"], name, clusterNameRules),
    ...(secretId === undefined ? [] : checkText(["secretId"], secretId, secretIdRules)),
  ]);
  const ofEnvironment = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const ofUrl = issuerUrl === undefined ? undefined : bucketOfUrl(issuerUrl)?.region;
  const region = given ?? ofUrl ?? ofEnvironment;
  if (issuerUrl !== undefined) {
    mistakes.addViolations(checkIssuerUrl(["issuerUrl"], issuerUrl, { isRegistered: true }));
    if (region === undefined) mistakes.add("--region is missing: the issuer URL names none");
  }
  if (region !== undefined) mistakes.addViolations(checkRegion(["region"], region));
  mistakes.assertNone();
  return { issuerUrl, region };
}

async function lookAt(
  issuerUrl: string | undefined,
  { profile, region }: ImportOptions,
  host: Host,
): Promise<Setup> {
  const limits = limitsOf(seconds);
  try {
    const iam = await Iam.open({ profile, region, maxAttempts: 6 }, limits);
    try {
      if (issuerUrl !== undefined) return await collectSetup(issuerUrl, iam, limits, host);
      const { accountId, providers } = await iam.account();
      const urls = providers.map(({ url }) => `\n  ${presentable(url)}`);
      throw new UsageError(
        `--issuer-url is missing; the account ${accountId} trusts ${urls.length === 0 ? "no issuer" : `these issuers:${urls.join("")}`}`,
      );
    } finally {
      iam.close();
    }
  } catch (error) {
    if (!(error instanceof NotCollected)) throw error;
    throw new UsageError(`nothing was written: ${error.message}`);
  }
}

/** @throws {UsageError} the secret cannot be read, or contains no private key */
async function readKeySecret(
  { secretId: id, profile }: ImportOptions,
  region: string,
  host: Host,
): Promise<KeySecret | undefined> {
  if (id === undefined) return undefined;
  const what = `the secret ${presentable(id)}`;
  const text = await withProgress(`Reading ${what}`, host, () =>
    readNamedSecret({ id, region: isSecretArn(id) ? undefined : region, profile }),
  );
  const key = await readTalosPrivateKey(text, { pkcs8: true });
  if (!Array.isArray(key)) return { id, publicKey: key.publicKey };
  throw new UsageError(key.map((one) => formatViolation(one, () => what)).join("\n"));
}

/** @throws {UsageError} AWS would refuse what the key signs */
function assertUsed({ id, publicKey }: KeySecret, { cluster, left }: Adoption): void {
  const keys = (cluster.keys ?? []) as readonly object[];
  if (keys.some((key) => "secretId" in key)) return;
  const reason =
    keys.length > 0
      ? `it contains the key ${publicKey.kid}, which the issuer does not publish`
      : `the keys stay outside of Terraform (${left.join("; ")})`;
  throw new UsageError(
    `nothing was written: --secret-id ${presentable(id)} is of no use: ${reason}`,
  );
}

/** Where the cluster is written: in a file of its own beside a configuration that has others. */
async function fileOf(name: string, out: string, files: ConfigFiles | undefined): Promise<string> {
  const main = join(out, "irsa.yaml");
  if (files === undefined) return main;
  const { clusters = [] } = await parseConfigFiles(files);
  const isOnly = files.clusters.length === 0 && clusters.every((each) => each.name === name);
  if (isOnly && clusters.length > 0) return main;
  const file = join(out, "clusters", `${name}.yaml`);
  const isElsewhere =
    clusters.some((each) => each.name === name) &&
    !files.clusters.some((each) => each.file === file);
  if (isElsewhere) {
    throw new UsageError(
      `nothing was written: the configuration has a cluster ${presentable(name)} already; choose another name, or write elsewhere with --out`,
    );
  }
  return file;
}

function configurationText(file: string, cluster: object): string {
  const isMain = file.endsWith("irsa.yaml");
  const schema = isMain ? "irsa" : "irsa-cluster";
  const comment = `# yaml-language-server: $schema=https://unpkg.com/self-hosted-irsa@${version}/${schema}.schema.json\n`;
  return `${comment}${formatYaml(isMain ? { clusters: [cluster] } : cluster)}`;
}

/** The configuration with a file more, or another text of one. */
function withFile(
  files: ConfigFiles | undefined,
  added: ConfigFile,
  directory: string,
): ConfigFiles {
  const others = files?.clusters.filter(({ file }) => file !== added.file) ?? [];
  return added.file.endsWith("irsa.yaml") || files === undefined
    ? { main: added, clusters: others, directory }
    : { ...files, clusters: [...others, added] };
}

/** @throws {UsageError} the configuration is refused, such as for what its defaults add */
async function checked(files: ConfigFiles) {
  try {
    return await parseConfig(files.main.text, files.main.file, files.clusters, files.directory);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UsageError(`nothing was written:\n${error.message}`);
  }
}
