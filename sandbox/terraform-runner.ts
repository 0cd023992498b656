import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Exit, type GuardedProcess, startProcess } from "./guarded-process";
import { onLoopback } from "./loopback";

/** What Terraform is going to do with a resource or data source. */
type Action = "create" | "read" | "update" | "replace" | "delete" | "forget";

/** One entry of a plan. */
interface PlannedChange {
  readonly address: string;
  readonly action: Action;
  /** The arguments whose value changes or becomes known at apply. */
  readonly arguments: readonly string[];
}

/** A plan of Terraform. */
export interface Plan {
  /** Nothing to do: neither a resource nor an output changes. */
  readonly empty: boolean;
  /** The action by address, as the text has it. */
  readonly actions: Readonly<Record<string, Action>>;
  /** The plan as Terraform prints it. */
  readonly text: string;
  /** For {@link Terraform.apply}. */
  readonly file: string;
}

/** One command that ended. */
export interface Run extends Exit {
  /** What it printed to standard output, and to standard error when the two are not kept apart. */
  readonly output: string;
}

/** A command that has not ended. */
export interface RunningTerraform {
  /** How it ends, be it with an error. */
  readonly ended: Promise<Run>;
  /** `SIGINT` is what Ctrl-C sends; `SIGKILL` ends the providers as well. */
  kill(signal: NodeJS.Signals): void;
}

/** Arguments of plan, apply and destroy. */
export interface ChangeOptions {
  /** Addresses to make anew. */
  readonly replace?: readonly string[];
  /**
   * Look at what is really there.
   * @default true
   */
  readonly refresh?: boolean;
}

export interface TerraformOptions {
  /** The configuration's directory. */
  readonly directory: string;
  /** @default "terraform" */
  readonly binary?: string;
  /**
   * Where `init` takes providers from, and from nowhere else.
   * @default - as the user's own configuration says
   */
  readonly pluginDirectories?: readonly string[];
  /** Values of Terraform variables. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Added to the minimal environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A command that failed: which one, and the end of what it printed. */
export class TerraformError extends Error {
  constructor(
    command: string,
    readonly run: Run,
    logFile: string,
  ) {
    const tail = run.output.trimEnd().split("\n").slice(-40).join("\n");
    super(`${command} ended with ${run.signal ?? run.code ?? "?"}, log ${logFile}:\n${tail}`);
    this.name = "TerraformError";
  }
}

/** Terraform (or OpenTofu) in one directory. Every command throws {@link TerraformError} if it fails. */
export class Terraform {
  readonly directory: string;
  /** What the commands printed for people to read, outside of JSON for programs. */
  readonly logFile: string;
  private readonly binary: string;
  private readonly env: NodeJS.ProcessEnv;

  /** @throws {Error} the environment sends requests elsewhere than to this machine */
  constructor(
    private readonly options: TerraformOptions,
    private readonly running = new Set<GuardedProcess>(),
  ) {
    this.directory = options.directory;
    this.logFile = join(options.directory, "terraform.log");
    this.binary = options.binary ?? "terraform";
    this.env = { ...baseEnvironment(), ...variables(options.variables), ...options.env };
    for (const name of ways) onLoopback(this.env[name] ?? "");
  }

  /** The content of the log so far. */
  get transcript(): string {
    return readFileSync(this.logFile, "utf8");
  }

  /** The same directory with other variables or environment. */
  with(changes: Pick<TerraformOptions, "variables" | "env">): Terraform {
    const options = {
      ...this.options,
      variables: { ...this.options.variables, ...changes.variables },
      env: { ...this.options.env, ...changes.env },
    };
    return new Terraform(options, this.running);
  }

  /** Kills what still runs, after a test that did not wait for it. */
  async stop(): Promise<void> {
    await Promise.all([...this.running].map((process) => process.stop(0)));
  }

  /** Initializes; the lock that this writes has no checksums: with them each command reads all providers. */
  async init(...args: string[]): Promise<Run> {
    const plugins = (this.options.pluginDirectories ?? []).map((dir) => `-plugin-dir=${dir}`);
    const run = await this.run("init", "-no-color", ...plugins, ...args);
    const lock = join(this.directory, ".terraform.lock.hcl");
    if (existsSync(lock)) {
      const text = readFileSync(lock, "utf8");
      writeFileSync(lock, text.replaceAll(/^ *hashes = \[[^\]]*\]\n/gm, ""));
    }
    return run;
  }

  async validate(): Promise<Run> {
    return this.run("validate", "-no-color");
  }

  /** Plans. */
  async plan(options: ChangeOptions & { readonly destroy?: boolean } = {}): Promise<Plan> {
    const file = "tfplan";
    const args = ["plan", "-no-color", "-detailed-exitcode", `-out=${file}`, ...flags(options)];
    if (options.destroy) args.push("-destroy");
    const run = await this.start(args).ended;
    if (run.code !== 0 && run.code !== 2) throw this.error(args, run);
    return { empty: run.code === 0, actions: readActions(run.output), text: run.output, file };
  }

  /** What a plan does to each resource. It takes Terraform as long as the plan itself. */
  async changes({ file }: Plan): Promise<readonly PlannedChange[]> {
    return readPlan(await this.read("show", "-json", file));
  }

  /** @param options or a plan to apply as it is */
  async apply(options: ChangeOptions | Plan = {}): Promise<Run> {
    return this.run(...applyArguments(options));
  }

  /** Applies without waiting for the end, so that a test can kill it. */
  startApply(options: ChangeOptions | Plan = {}): RunningTerraform {
    return this.start(applyArguments(options));
  }

  async destroy(options: ChangeOptions = {}): Promise<Run> {
    return this.run("destroy", "-no-color", "-auto-approve", ...flags(options));
  }

  async taint(address: string): Promise<Run> {
    return this.run("taint", "-no-color", address);
  }

  /** The values of the outputs. */
  async outputs(): Promise<Outputs> {
    return new Outputs(JSON.parse(await this.read("output", "-json")) as Record<string, Output>);
  }

  /** The attributes by address, of data sources too. */
  async state(): Promise<Map<string, Readonly<Record<string, unknown>>>> {
    const { resources = [] } = JSON.parse(await this.read("state", "pull")) as State;
    return new Map(
      resources.flatMap(({ module, mode, type, name, instances }) =>
        instances.map(({ index_key: index, attributes }) => [
          [...(module ? [module] : []), ...(mode === "data" ? [mode] : []), type, name].join(".") +
            (index === undefined ? "" : `[${JSON.stringify(index)}]`),
          attributes,
        ]),
      ),
    );
  }

  /** Any command; what it prints goes to the transcript. */
  async run(...args: string[]): Promise<Run> {
    const run = await this.start(args).ended;
    if (run.code !== 0) throw this.error(args, run);
    return run;
  }

  /** Any command that prints for programs to read: may hold secrets, so stays out of the transcript. */
  private async read(...args: string[]): Promise<string> {
    const { stdout, stderr, exited } = this.spawn(args);
    const [output, errors, exit] = await Promise.all([text(stdout), text(stderr), exited]);
    if (exit.code !== 0) throw this.error(args, { ...exit, output: errors });
    return output;
  }

  private start(args: readonly string[]): RunningTerraform {
    const process = this.spawn(args);
    const start = performance.now();
    let output = "";
    this.print(`$ ${this.binary} ${args.join(" ")}\n`);
    for (const stream of [process.stdout, process.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
        this.print(chunk);
      });
    }
    return {
      ended: process.exited.then((exit) => {
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        this.print(`# ${exit.signal ?? exit.code ?? "?"} after ${seconds} s\n`);
        return { ...exit, output };
      }),
      kill: process.signal,
    };
  }

  private spawn(args: readonly string[]): GuardedProcess {
    const process = startProcess([this.binary, ...args], { cwd: this.directory, env: this.env });
    this.running.add(process);
    void process.exited.then(() => this.running.delete(process));
    return process;
  }

  private print(chunk: string): void {
    appendFileSync(this.logFile, chunk);
  }

  private error(args: readonly string[], run: Run): TerraformError {
    return new TerraformError([this.binary, ...args].join(" "), run, this.logFile);
  }
}

interface Output {
  readonly value: unknown;
  readonly sensitive: boolean;
}

/** The outputs of a configuration. */
export class Outputs {
  constructor(private readonly outputs: Readonly<Record<string, Output>>) {}

  get names(): string[] {
    return Object.keys(this.outputs);
  }

  value(name: string): unknown {
    return this.get(name).value;
  }

  /** @throws {TypeError} the output is no string */
  text(name: string): string {
    const value = this.value(name);
    if (typeof value !== "string") throw new TypeError(`output "${name}" is no string`);
    return value;
  }

  isSensitive(name: string): boolean {
    return this.get(name).sensitive;
  }

  private get(name: string): Output {
    const output = this.outputs[name];
    if (!output) throw new Error(`no output "${name}", there are: ${this.names.join(", ")}`);
    return output;
  }
}

/** A port that nothing listens on: what is not sent to the emulator goes nowhere. */
const nowhere = "http://127.0.0.1:9";

/** Where requests go: none of them may leave the machine. */
const ways = ["AWS_ENDPOINT_URL", "HTTPS_PROXY", "HTTP_PROXY"] as const;

/**
 * Enough to find programs and the user's providers, and nothing that could reach a real account. A
 * larger heap before Go collects garbage saves a third of the AWS provider's start.
 */
export function baseEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, TF_CLI_CONFIG_FILE, E2E_DIRECTORY } = process.env;
  const cliConfig =
    TF_CLI_CONFIG_FILE && existsSync(TF_CLI_CONFIG_FILE) ? { TF_CLI_CONFIG_FILE } : {};
  return {
    PATH,
    HOME,
    // Providers that are killed leave their sockets there.
    TMPDIR: E2E_DIRECTORY ?? TMPDIR,
    ...cliConfig,
    LC_ALL: "C.UTF-8",
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    CHECKPOINT_DISABLE: "1",
    GOGC: "400",
    AWS_ACCESS_KEY_ID: "testing",
    AWS_SECRET_ACCESS_KEY: "testing",
    AWS_REGION: "us-east-1",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_MAX_ATTEMPTS: "3",
    AWS_ENDPOINT_URL: nowhere,
    HTTPS_PROXY: nowhere,
    HTTP_PROXY: nowhere,
    NO_PROXY: "127.0.0.1",
  };
}

function variables(values: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      `TF_VAR_${name}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

function flags({ replace = [], refresh = true }: ChangeOptions): string[] {
  return [
    ...replace.map((address) => `-replace=${address}`),
    ...(refresh ? [] : ["-refresh=false"]),
  ];
}

function applyArguments(options: ChangeOptions | Plan): string[] {
  const rest = "file" in options ? [options.file] : flags(options);
  return ["apply", "-no-color", "-auto-approve", ...rest];
}

interface State {
  readonly resources?: readonly {
    readonly module?: string;
    readonly mode: "managed" | "data";
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      readonly index_key?: string | number;
      readonly attributes: Record<string, unknown>;
    }[];
  }[];
}

/** How a plan is printed: what is said of an address, and what is done there. */
const sentences: readonly (readonly [string, Action])[] = [
  ["will be created", "create"],
  ["will be read during apply", "read"],
  ["will be updated in-place", "update"],
  ["is tainted, so", "replace"],
  ["must be replaced", "replace"],
  ["will be replaced, as requested", "replace"],
  ["will be destroyed", "delete"],
  ["will no longer be managed by Terraform", "forget"],
  ["will be removed from the OpenTofu state", "forget"],
];

function readActions(text: string): Record<string, Action> {
  const entries = [...text.matchAll(/^ {1,2}# (.+)$/gm)].flatMap(([, entry = ""]) => {
    const [words, action] = sentences.find(([words]) => entry.includes(` ${words}`)) ?? [];
    const [address = ""] = entry.split(` ${words}`);
    return action === undefined ? [] : [[address, action] as const];
  });
  return Object.fromEntries(entries);
}

interface PlanDocument {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: {
      readonly actions: readonly ("no-op" | Exclude<Action, "replace">)[];
      readonly before: Record<string, unknown> | null;
      readonly after: Record<string, unknown> | null;
      readonly after_unknown: Record<string, unknown>;
    };
  }[];
}

function readPlan(json: string): PlannedChange[] {
  const { resource_changes: changes = [] } = JSON.parse(json) as PlanDocument;
  return changes.flatMap(({ address, change }) => {
    const [first, second] = change.actions;
    if (first === undefined || first === "no-op") return [];
    const before = change.before ?? {};
    const after = change.after ?? {};
    const names = [...Object.keys(before), ...Object.keys(after)];
    const changed = names.filter(
      (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
    );
    const unknown = Object.keys(change.after_unknown).filter(
      (name) => change.after_unknown[name] === true,
    );
    return {
      address,
      action: second === undefined ? first : "replace",
      arguments: [...new Set([...changed, ...unknown])].sort(),
    };
  });
}
