import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { contents } from "../support/golden";
import { keys } from "../modules/cluster/keys";

// A test runs a command several times, on a machine that may be busy.
jest.setTimeout(60_000);

/** The built command, as `npx irsa` runs it. */
export const command = join(__dirname, "../../dist/cli/irsa.cjs");

/** What a run is given. */
export interface Surroundings {
  /** Files in its directory. */
  readonly files?: Readonly<Record<string, string>>;
  /** On standard input, which is no terminal. */
  readonly input?: string;
}

/** What a run did. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Where it ran. */
  readonly cwd: string;
  /** The files that it wrote there. */
  readonly written: Readonly<Record<string, string>>;
}

/** Runs `irsa` in a directory of its own. */
export function irsa(argv: readonly string[], surroundings: Surroundings = {}): Run {
  return runIn(directory(surroundings), ["node", command, ...argv], surroundings);
}

/** A directory with files. */
export function directory({ files = {} }: Surroundings): string {
  const cwd = mkdtempSync(join(tmpdir(), "irsa-cli-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
    if (text.startsWith("#!")) chmodSync(join(cwd, name), 0o755);
  }
  return cwd;
}

/** Runs any command in a directory. */
export function runIn(
  cwd: string,
  [program = "", ...argv]: readonly string[],
  { files = {}, input = "" }: Surroundings = {},
  environment: NodeJS.ProcessEnv = {},
): Run {
  const { status, stdout, stderr } = spawnSync(program, argv, {
    cwd,
    input,
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  const written = Object.entries(contents(cwd)).filter(([name, text]) => files[name] !== text);
  return { status, stdout, stderr, cwd, written: Object.fromEntries(written) };
}

export const issuer = "https://s3.eu-central-1.amazonaws.com/acme-prod-eu-oidc";
export const formerIssuer = "https://oidc.acme.example/former";
export const base64Key = Buffer.from(keys.pkcs1).toString("base64");
const roleArn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

/** The outputs of a stack, by name. */
export const values = {
  aws_region: "eu-central-1",
  issuer_url: issuer,
  jwks_uri: `${issuer}/keys.json`,
  key_ids: ["kid"],
  signing_key: base64Key,
  service_accounts: [
    {
      namespace: "kube-system",
      name: "ebs-csi-controller-sa",
      role_arn: roleArn("ebs-csi"),
    },
    { namespace: "irsa-smoke-test", name: "irsa-smoke-test", role_arn: roleArn("smoke-test") },
  ],
};

/** A former issuer among the outputs. */
export const trusted = {
  trusted_issuers: [issuer, formerIssuer].map((issuer_url) => ({
    issuer_url,
    issuer_hostpath: issuer_url.replace("https://", ""),
    oidc_provider_arn: `arn:aws:iam::111122223333:oidc-provider/${issuer_url.replace("https://", "")}`,
  })),
};

/** What `terraform output -json` prints; an output that is undefined is left out. */
export function terraformOutput(changes: Readonly<Record<string, unknown>> = {}): string {
  const all: Record<string, unknown> = { ...values, ...changes };
  const outputs = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, { sensitive: name === "signing_key", value }]);
  return JSON.stringify(Object.fromEntries(outputs));
}
