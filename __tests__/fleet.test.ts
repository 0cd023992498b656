import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse as parseHcl } from "@cdktf/hcl2json";
import Ajv, { type ValidateFunction } from "ajv";
import { parse, parseAllDocuments } from "yaml";
import { version } from "../package.json";
import { temporaryDirectory } from "../sandbox/directory";
import { command, irsa } from "./cli/run";
import { schemaViolations } from "./modules/cluster/schema-violations";
import { contents } from "./support/golden";
import gitlabSchema from "./fixtures/schemas/gitlab-ci.json";
import terraformSchema from "./fixtures/schemas/tofu-controller.json";

const root = join(__dirname, "..");
const example = join(root, "examples/fleet");
const read = (path: string) => readFileSync(join(example, path), "utf8");
const clusters = (parse(read("irsa.yaml")) as { clusters: { name: string; region: string }[] })
  .clusters;
const names = clusters.map(({ name }) => name);

/** A repository with the example's configuration and the files of one way to run it. */
function repository(way: string): string {
  const directory = temporaryDirectory("fleet");
  cpSync(join(example, way), directory, { recursive: true });
  cpSync(join(example, "irsa.yaml"), join(directory, "irsa.yaml"));
  return directory;
}

/**
 * Commands in place of those that a runner has: `npx` runs the built command, where the release asked for is
 * this one, and `terraform` prints its directory and arguments.
 */
const bin = temporaryDirectory("fleet-bin");
beforeAll(() => {
  const programs = {
    npx: `[ "$1 $2" = "--yes self-hosted-irsa@${version}" ] || exit 9\nshift 2\nexec node ${command} "$@"`,
    terraform: `echo "$(basename "$PWD") $AWS_ROLE_ARN $*"`,
    apk: "",
  };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
});

/** Runs a script as a runner would. @returns what it prints */
function run(shell: readonly string[], script: string, cwd: string, env: NodeJS.ProcessEnv = {}) {
  const [program = "", ...options] = shell;
  const { status, stdout, stderr } = spawnSync(program, [...options, "-c", script], {
    cwd,
    encoding: "utf8",
    env: { PATH: `${bin}:${process.env.PATH ?? ""}`, HOME: cwd, ...env },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

/** The text with a key in place of another. */
const misspelled = (text: string, key: string) => {
  const changed = text.replace(new RegExp(`^(\\s*-? ?)${key}:`, "m"), `$1${key}x:`);
  expect(changed).not.toBe(text);
  return changed;
};

describe.each([
  ["github-actions", ".github/workflows/irsa.yml"],
  ["gitlab-ci", ".gitlab-ci.yml"],
  ["gitlab-ci", ".gitlab/irsa.yml"],
])("%s: %s", (ci, path) => {
  test("is what `irsa init` writes", async () => {
    const flags = ["--region", "eu-central-1", "--bucket", "acme-oidc", "--state-bucket", "acme"];
    const { written } = await irsa(["init", ...flags, "--ci", ci]);
    const target = join(example, ci, path);
    if (process.env.UPDATE_GOLDEN !== undefined) {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, written[path] ?? "");
    }
    expect(written[path]).toBe(readFileSync(target, "utf8"));
  });
});

describe("GitHub Actions", () => {
  interface Step {
    readonly id?: string;
    readonly uses?: string;
    readonly run?: string;
    readonly "working-directory"?: string;
  }
  interface Job {
    readonly steps: readonly Step[];
    readonly permissions?: object;
  }
  const path = "github-actions/.github/workflows/irsa.yml";
  const { jobs, permissions } = parse(read(path)) as {
    jobs: Record<"stacks" | "plan" | "apply", Job>;
    permissions: object;
  };
  const bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail"];

  const faults = (texts: readonly string[]) => {
    const program = join(__dirname, "support/workflow-faults.mjs");
    const options = { cwd: root, input: JSON.stringify(texts), encoding: "utf8" } as const;
    const { stdout, stderr } = spawnSync("node", ["--import", "tsx", program], options);
    expect(stderr).toBe("");
    return JSON.parse(stdout) as string[][];
  };

  test("is what GitHub's parser accepts, with none of its keys misspelled", () => {
    const keys = ["permissions", "steps", "timeout-minutes", "cancel-in-progress", "matrix"];
    const [right, ...wrong] = faults([
      read(path),
      ...keys.map((key) => misspelled(read(path), key)),
      read(path).replace("fromJSON", "fromYAML"),
    ]);
    expect(right).toEqual([]);
    expect(wrong).toHaveLength(keys.length + 1);
    for (const messages of wrong) expect(messages).not.toEqual([]);
  });

  test("pins its actions, and has a token for AWS in the jobs alone that need one", () => {
    const uses = Object.values(jobs).flatMap(({ steps }) => steps.map((step) => step.uses ?? ""));
    for (const action of uses.filter((each) => each !== ""))
      expect(action).toMatch(/@[0-9a-f]{40}$/);
    expect(permissions).toEqual({ contents: "read" });
    expect(jobs.stacks.permissions).toBeUndefined();
    expect(jobs.plan.permissions).toEqual({ contents: "read", "id-token": "write" });
  });

  test("its steps make the matrix, and plan and apply each stack in its directory", () => {
    const directory = repository("github-actions");
    const output = join(directory, "output");
    const list = jobs.stacks.steps.find(({ id }) => id === "list");
    run(bash, list?.run ?? "", directory, { GITHUB_OUTPUT: output });
    const [, matrix = ""] = /^stacks=(.*)\n$/.exec(readFileSync(output, "utf8")) ?? [];
    const stacks = JSON.parse(matrix) as { name: string; directory: string }[];
    expect(stacks).toMatchObject(clusters.map(({ name, region }) => ({ name, region })));

    const summary = join(directory, "summary");
    const steps = (job: Job, stack: { name: string; directory: string }) =>
      job.steps
        .filter((step) => step.run !== undefined)
        .map((step) => {
          const own = step["working-directory"] === "${{ matrix.stack.directory }}";
          const cwd = own ? join(directory, stack.directory) : directory;
          const env = { STACK: stack.name, GITHUB_STEP_SUMMARY: summary };
          return run(bash, step.run ?? "", cwd, env);
        })
        .at(-1);
    for (const stack of stacks) {
      expect(steps(jobs.plan, stack)).toMatch(new RegExp(`^${stack.name} .*plan .*-lock=false`));
      expect(steps(jobs.apply, stack)).toMatch(new RegExp(`^${stack.name} .*apply `));
    }
    expect(readFileSync(summary, "utf8").split("\n")).toHaveLength(stacks.length + 1);
  });
});

describe("GitLab CI", () => {
  interface Job {
    readonly extends?: string;
    readonly variables?: Readonly<Record<string, string>>;
    readonly before_script?: readonly string[];
    readonly script: readonly string[];
  }
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const isValid = ajv.compile(gitlabSchema);
  const faults = (text: string) => faultsOf(isValid, parse(text));

  test("is what GitLab's schema accepts, with none of its keys misspelled", () => {
    for (const path of [".gitlab-ci.yml", ".gitlab/irsa.yml"])
      expect(faults(read(`gitlab-ci/${path}`))).toEqual([]);
    for (const key of ["script", "artifacts", "needs", "local", "strategy"])
      expect(faults(misspelled(read("gitlab-ci/.gitlab-ci.yml"), key))).not.toEqual([]);
    for (const key of ["id_tokens", "aud", "pipeline", "resource_group"])
      expect(faults(asJobs(misspelled(read("gitlab-ci/.gitlab/irsa.yml"), key)))).not.toEqual([]);
  });

  /** Hidden jobs are anything to the schema: as jobs they are checked. */
  const asJobs = (text: string) => text.replaceAll(/^[.](?=\w)/gm, "");

  test("the first job writes the jobs of the child pipeline, which plan and apply each stack", () => {
    const directory = repository("gitlab-ci");
    const { synth } = parse(read("gitlab-ci/.gitlab-ci.yml")) as { synth: Job };
    const sh = ["sh", "-e"];
    run(sh, synth.script.join("\n"), directory);
    const text = readFileSync(join(directory, "jobs.yml"), "utf8");
    const templates = read("gitlab-ci/.gitlab/irsa.yml");
    expect(faults(asJobs(templates))).toEqual([]);
    const jobs = parse(text) as Record<string, Job>;
    const all = { ...(parse(templates) as Record<string, Job>), ...jobs };
    expect(faults(JSON.stringify(all))).toEqual([]);
    expect(Object.keys(jobs)).toEqual(names.flatMap((name) => [`plan ${name}`, `apply ${name}`]));

    for (const [name, job] of Object.entries(jobs)) {
      const [action = "", stack = ""] = name.split(" ");
      const chain = lineage(all, job);
      const variables = new Map(chain.flatMap((each) => Object.entries(each.variables ?? {})));
      const expanded = (value: string) =>
        value.replaceAll(/\$(\w+)/g, (_, name: string) => variables.get(name) ?? "");
      const find = (key: "before_script" | "script") =>
        chain.findLast((each) => each[key] !== undefined)?.[key] ?? [];
      const script = [
        ...[...variables].map(([key, value]) => `export ${key}="${expanded(value)}"`),
        ...find("before_script"),
        ...find("script"),
      ].join("\n");
      const printed = run(sh, script, directory, { AWS_ID_TOKEN: "token", CI_JOB_ID: "1" });
      const role = new RegExp(`^${stack} arn:aws:iam::\\d{12}:role/irsa-${action} ${action} `, "m");
      expect(printed).toMatch(role);
    }
  });

  /** A job after those that it extends. */
  const lineage = (all: Readonly<Record<string, Job>>, job: Job): Job[] => {
    const parent = all[job.extends ?? ""];
    return [...(parent === undefined ? [] : lineage(all, parent)), job];
  };
});

describe("Atlantis", () => {
  test("the hook writes a project for each stack, planned when the configuration changes", () => {
    const { repos } = parse(read("atlantis/repos.yaml")) as {
      repos: { pre_workflow_hooks: { run: string }[] }[];
    };
    const directory = repository("atlantis");
    mkdirSync(join(directory, "clusters"));
    for (const hook of repos.flatMap((each) => each.pre_workflow_hooks))
      run(["sh"], hook.run, directory);
    const { projects } = parse(readFileSync(join(directory, "atlantis.yaml"), "utf8")) as {
      projects: { name: string; dir: string; autoplan: { when_modified: string[] } }[];
    };
    expect(projects.map(({ name }) => name)).toEqual(names);
    for (const { dir, autoplan } of projects) {
      expect(existsSync(join(directory, dir, "cdk.tf.json"))).toBe(true);
      const changed = autoplan.when_modified.map((path) => join(dir, path));
      expect(changed).toEqual(["irsa.yaml", "clusters/**"]);
    }
  });
});

describe("Flux' tofu-controller", () => {
  const documents = parseAllDocuments(read("flux/terraform.yaml")).map(
    (document) => document.toJS() as { kind: string; metadata: { name: string }; spec: Spec },
  );
  interface Spec {
    readonly path: string;
    readonly vars?: readonly { name: string }[];
    readonly writeOutputsToSecret?: { readonly outputs: readonly string[] };
    readonly backendConfig: { readonly customConfiguration: string };
  }
  const resources = documents.filter(({ kind }) => kind === "Terraform");
  const isValid = new Ajv({ strict: false, validateFormats: false }).compile(
    closed(terraformSchema) as object,
  );

  test("the resources are what their schemas accept, with no key misspelled", () => {
    expect(schemaViolations(documents.filter(({ kind }) => kind !== "Terraform"))).toEqual([[]]);
    expect(resources).toHaveLength(names.length);
    for (const { spec } of resources) {
      expect(faultsOf(isValid, spec)).toEqual([]);
      for (const key of Object.keys(spec)) {
        const { [key as keyof Spec]: value, ...rest } = spec;
        expect(faultsOf(isValid, { ...rest, [`${key}x`]: value })).not.toEqual([]);
      }
    }
  });

  test("each is a module of `irsa synth`, with variables and outputs that it has", async () => {
    const { written } = await irsa(["synth", "--as", "module"], {
      files: { "irsa.yaml": read("irsa.yaml") },
    });
    for (const { metadata, spec } of resources) {
      const file = async (name: string) => {
        const text = written[join(spec.path, name)] ?? "";
        return (await parseHcl(name, text)) as { variable?: object; output?: object };
      };
      const { variable = {} } = await file("variables.tf");
      const { output = {} } = await file("outputs.tf");
      for (const { name } of spec.vars ?? []) expect(variable).toHaveProperty(name);
      for (const name of spec.writeOutputsToSecret?.outputs ?? [])
        expect(output).toHaveProperty(name);
      const cluster = metadata.name.replace(/^irsa-/, "");
      expect(names).toContain(cluster);
      const { terraform } = JSON.parse(read(`expected/${cluster}/cdk.tf.json`)) as {
        terraform: { backend: { s3: object } };
      };
      const { customConfiguration } = spec.backendConfig;
      const { backend } = (await parseHcl("backend.tf", customConfiguration)) as {
        backend: { s3: [object] };
      };
      expect(backend.s3[0]).toEqual(terraform.backend.s3);
    }
  });

  /** Kubernetes drops what a schema does not know: here it is a fault. */
  function closed(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map(closed);
    if (typeof schema !== "object" || schema === null) return schema;
    const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
    return {
      ...Object.fromEntries(entries),
      ...("properties" in schema && !("x-kubernetes-preserve-unknown-fields" in schema)
        ? { additionalProperties: false }
        : {}),
    };
  }
});

describe.each(["hcp-terraform", "spacelift"])("%s", (way) => {
  test("takes its stacks from what `irsa list --json` writes", async () => {
    const files = { "irsa.yaml": read("irsa.yaml") };
    const { stdout } = await irsa(["list", "--json"], { files });
    const stacks = JSON.parse(stdout) as Readonly<Record<string, string>>[];
    const text = Object.values(contents(join(example, way))).join("\n");
    await parseHcl("main.tf", text);
    const used = [...text.matchAll(/\b(?:stack|each\.value|local\.stacks\[[^\]]+\]\])\.(\w+)/g)];
    const properties = used.map(([, property = ""]) => property);
    expect(properties).toEqual(expect.arrayContaining(["name", "directory", "accountId"]));
    for (const property of properties.filter(
      (each) => !["stack", "key", "value", "id"].includes(each),
    ))
      for (const stack of stacks) expect(stack).toHaveProperty(property);
  });
});

function faultsOf(isValid: ValidateFunction, value: unknown): readonly string[] {
  isValid(value);
  return (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
