import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { Io } from "../../cli/io/io";
import { createProgram } from "../../cli/program";
import { contents } from "../support/golden";
import { keys } from "../modules/cluster/keys";

/** The built command, as `npx self-hosted-irsa` runs it. */
export const command = join(__dirname, "../../cli/bin.cjs");

type Environment = Readonly<Record<string, string>>;

/** What a run is given. */
export interface Surroundings {
  /** Files in its directory. */
  readonly files?: Readonly<Record<string, string>>;
  /** On standard input. */
  readonly input?: string;
  /** Standard input and output are terminals. */
  readonly isTerminal?: boolean;
  /** The environment, in full; or a function of the directory. */
  readonly env?: Environment | ((cwd: string) => Environment);
  /** Root certificates of hosts. */
  readonly authorities?: readonly string[];
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

const directories: string[] = [];

afterAll(() => {
  directories.forEach((path) => {
    rmSync(path, { recursive: true, force: true });
  });
});

/** Runs `irsa` in this process, in a directory of its own. */
export async function irsa(
  argv: readonly string[],
  { files = {}, input = "", isTerminal = false, env = {}, authorities }: Surroundings = {},
): Promise<Run> {
  const cwd = directory({ files });
  const stdout = new Capture(isTerminal);
  const stderr = new Capture(isTerminal);
  const stdin = Object.assign(Readable.from(input === "" ? [] : [Buffer.from(input)]), {
    isTTY: isTerminal,
  });
  const io: Io = {
    stdin,
    stdout,
    stderr,
    env: typeof env === "function" ? env(cwd) : env,
    cwd,
    authorities,
  };
  const status = await createProgram(io).run(argv);
  const run = { status, stdout: stdout.text, stderr: stderr.text, cwd };
  return { ...run, written: changed(cwd, files) };
}

/** A stream that keeps what is written to it. */
class Capture extends Writable {
  text = "";

  constructor(readonly isTTY: boolean) {
    super({
      write: (chunk: Buffer, _encoding, done) => {
        this.text += chunk.toString();
        done();
      },
    });
  }
}

/** A directory with files, removed after the tests. */
export function directory({ files = {} }: Surroundings): string {
  const cwd = mkdtempSync(join(tmpdir(), "irsa-cli-"));
  directories.push(cwd);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
    if (text.startsWith("#!")) chmodSync(join(cwd, name), 0o755);
  }
  return cwd;
}

/** Runs any command in a directory, as a process. */
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
    timeout: 300_000,
    env: { ...process.env, ...environment },
  });
  return { status, stdout, stderr, cwd, written: changed(cwd, files) };
}

function changed(cwd: string, files: Readonly<Record<string, string>>): Record<string, string> {
  const written = Object.entries(contents(cwd)).filter(([name, text]) => files[name] !== text);
  return Object.fromEntries(written);
}

export const issuer = "https://s3.eu-central-1.amazonaws.com/acme-prod-eu-oidc";
export const formerIssuer = "https://oidc.acme.example/former";
export const base64Key = Buffer.from(keys.pkcs1).toString("base64");
const roleArn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

const entry = (name: string) => ({
  RoleARN: roleArn(name),
  Audience: "sts.amazonaws.com",
  UseRegionalSTS: true,
});

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
  role_arns: {
    "ebs-csi": roleArn("ebs-csi"),
    "fluent-bit": roleArn("fluent-bit"),
    "smoke-test": roleArn("smoke-test"),
  },
  pod_identity_webhook_map: {
    "*/fluent-bit": entry("fluent-bit"),
    "irsa-smoke-test/irsa-smoke-test": entry("smoke-test"),
    "kube-system/ebs-csi-controller-sa": entry("ebs-csi"),
  },
};

/** The outputs of a cluster that signs with its own key. */
export const ownKey = { signing_key: undefined };

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
