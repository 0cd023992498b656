import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { Command } from "commander";
import type { Action } from "../../cli/io/host";
import { processIo } from "../../cli/io/io";
import { createProgram } from "../../cli/program";
import { version } from "../../package.json";
import { command, directory, irsa, issuer, runIn, terraformOutput } from "./run";

const bug = jest.fn<Promise<void>, Parameters<Action<object>>>();
jest.mock("../../cli/actions/cluster-config/k3s", () => ({
  ...jest.requireActual<object>("../../cli/actions/cluster-config/k3s"),
  get k3s() {
    return bug.getMockImplementation() === undefined
      ? jest.requireActual<{ k3s: unknown }>("../../cli/actions/cluster-config/k3s").k3s
      : bug;
  },
}));
afterEach(() => {
  bug.mockReset();
});

const k3s = `cluster-config k3s --issuer-url ${issuer}`.split(" ");

test("the version is the package's", async () => {
  expect(await irsa(["--version"])).toMatchObject({ status: 0, stdout: `${version}\n` });
});

test("the exit codes are in the help", async () => {
  const { stdout } = await irsa(["--help"]);
  for (const line of ["0   done", "1   a mistake", "2   an unknown command", "70  a bug"]) {
    expect(stdout).toContain(`\n  ${line}`);
  }
});

test("every command that prints a result has --json, except the script of completion", () => {
  const without = (command: Command, path: string): string[] =>
    command.commands.length > 0
      ? command.commands.flatMap((child) => without(child, `${path} ${child.name()}`.trim()))
      : command.options.some(({ long }) => long === "--json")
        ? []
        : [path];
  expect(without(createProgram(processIo()).command, "")).toEqual(["completion", "complete"]);
});

test.each(["--help", "synth --help"])("irsa %s loads nothing but the bundle", (words) => {
  const argv = ["node", command, ...words.split(" ")];
  const script = `process.argv = ${JSON.stringify(argv)};
    process.on("exit", () => console.error(JSON.stringify(Object.keys(require.cache).sort())));
    require(${JSON.stringify(command)});`;
  const { stderr } = runIn(directory({}), ["node", "--eval", script]);
  expect(JSON.parse(stderr)).toEqual([command, join(command, "../../dist/cli/irsa.cjs")]);
});

test("a Node below 20 is refused before the bundle is loaded", () => {
  const preload = 'Object.defineProperty(process.versions, "node", { value: "18.20.4" });';
  const files = { "node-18.cjs": preload };
  const node = ["node", "--require", "./node-18.cjs", command, "--version"];
  expect(runIn(directory({ files }), node, { files })).toMatchObject({
    status: 1,
    stdout: "",
    stderr: "ERR_NODE_VERSION: Node 20 or later is needed, this is 18.20.4\n",
  });
});

describe("exit code", () => {
  it.each<[number, string[]]>([
    [0, ["--help"]],
    [0, ["help", "documents"]],
    [0, k3s],
    [1, ["cluster-config", "k3s", "--issuer-url", "x"]],
    [1, ["manifests", "add-ons", "--region", "x"]],
    [2, []],
    [2, ["manifests"]],
    [2, ["unknown"]],
    [2, [...k3s, "--unknown"]],
    [2, [...k3s, "--out"]],
    [2, [...k3s, "extra"]],
    [2, ["completion", "tcsh"]],
  ])("%d: %j", async (code, argv) => {
    const { status, stdout, stderr } = await irsa(argv);
    expect(status).toBe(code);
    expect(code === 0 ? stdout : stderr).not.toBe("");
    expect(code === 0 ? "" : stdout).toBe("");
  });
});

describe("a bug", () => {
  const fail = async (env: Record<string, string>) => {
    bug.mockRejectedValueOnce(new TypeError("x is not a function\n    at evil"));
    bug.mockImplementation(() => Promise.reject(new TypeError("x is not a function")));
    return irsa(k3s, { env });
  };

  it("is reported in one line, with exit code 70", async () => {
    const { status, stdout, stderr } = await fail({});
    expect({ status, stdout }).toEqual({ status: 70, stdout: "" });
    expect(stderr).toMatch(
      /^irsa has a bug, please report it .*TypeError: x is not a function.*\n$/,
    );
  });

  it("shows where with DEBUG", async () => {
    expect((await fail({ DEBUG: "1" })).stderr).toMatch(/\n {4}at /);
  });
});

describe("a message shows escaped, or not at all,", () => {
  it.each([
    ["a line break", ["manifests", "x\ny"]],
    ["an escape in a flag's value", [...k3s, "--out", "a\u001b[2Jb"]],
    ["a bidirectional mark", [...k3s, "--data-dir", "/a\u202eb"]],
    ["a control character in an unknown flag", [...k3s, "--a\u0007b"]],
  ])("%s", async (_, argv) => {
    const { status, stderr } = await irsa(argv);
    expect(status).toBe(1);
    expect(stderr).toMatch(/must not contain control characters or line breaks, got .*\\/);
    expect(stderr.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("control characters in Terraform's output", async () => {
    const input = terraformOutput({ "evil\u001b[2J\nname": 1, issuer_url: undefined });
    const { stderr } = await irsa(["cluster-config", "k3s"], { input });
    expect(stderr).toContain("evil\\u001b[2J\\u000aname");
  });

  it.each([
    ["a password in a URL", `https://user:hunter22@a.example`],
    ["a password in an endpoint", `https://:hunter22@a.example:6443`],
  ])("%s", async (_, url) => {
    const talos = ["cluster-config", "talos", "--talos-version", "1.13", "--issuer-url", url];
    const { stderr } = await irsa([...talos, "--control-plane-endpoint", url]);
    expect(stderr).not.toContain("hunter22");
  });
});

describe("a token of CDKTF is refused", () => {
  const token = "${TfToken[TOKEN.0]}";

  it.each(["--issuer-url", "--data-dir", "--public-key-file", "--extra-api-server-arg"])(
    "in %s",
    async (flag) => {
      const { status, stderr } = await irsa([...k3s, flag, `${token}x=1`]);
      expect([status, stderr]).toEqual([
        1,
        `${flag} must not contain a token of CDKTF, such as \${TfToken[…]}\n`,
      ]);
    },
  );

  it("as a number", async () => {
    const argv = [
      "manifests",
      "add-ons",
      "--as",
      "flux",
      "--replica-count",
      "-1.8881545897087505e+289",
    ];
    expect((await irsa(argv)).stderr).toContain("--replica-count must not contain a token");
  });

  it.each(["issuer_url", "trusted_issuers", "jwks_uri"])("in Terraform's %s", async (output) => {
    const input = terraformOutput({ signing_key: undefined, [output]: [{ issuer_url: token }] });
    const { status, stderr } = await irsa(["cluster-config", "k3s"], { input });
    expect([status, stderr]).toEqual([
      1,
      `Terraform's output ${output} must not contain a token of CDKTF, such as \${TfToken[…]}\n`,
    ]);
  });
});

describe("a stream that cannot be written", () => {
  const failing = (code: string) =>
    new Writable({
      write: (_chunk, _encoding, done) => {
        done(Object.assign(new Error(code), { code }));
      },
    }).on("error", () => undefined);

  it.each([
    ["EPIPE", "its reader is gone"],
    ["ENOSPC", "no space is left on the device"],
  ])("standard output: %s", async (code, reason) => {
    const lines: string[] = [];
    const stderr = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk.toString());
        done();
      },
    });
    for (const argv of [k3s, ["--help"], ["--version"]]) {
      const io = { stdin: Readable.from([]), stdout: failing(code), stderr, env: {}, cwd: "/" };
      expect(await createProgram(io).run(argv)).toBe(1);
      expect(lines.splice(0)).toEqual([`standard output cannot be written: ${reason}\n`]);
    }
  });

  it("standard error decides nothing", async () => {
    const stdout = new Writable({
      write: (_chunk, _encoding, done) => {
        done();
      },
    });
    const io = { stdin: Readable.from([]), stdout, stderr: failing("EPIPE"), env: {}, cwd: "/" };
    expect(await createProgram(io).run(k3s)).toBe(0);
    expect(await createProgram(io).run(["unknown"])).toBe(2);
  });
});

describe("an input that is no file", () => {
  const talos = `cluster-config talos --talos-version 1.13 --issuer-url ${issuer}`.split(" ");

  it.each([
    ["/dev/zero", "it is not a regular file"],
    ["/tmp", "it is a directory"],
    ["/proc/kmsg", "(nothing can be read from it now|operation not permitted|it does not exist)"],
    ["/dev/fd/99", "it does not exist"],
  ])("%s is not read", async (path, reason) => {
    for (const argv of [
      ["cluster-config", "k3s", "--terraform-output", path],
      [...talos, "--private-key", path],
      [...talos, "--previous-public-key", path, "--private-key", "/dev/zero"],
    ]) {
      const { status, stderr } = await irsa(argv);
      expect(status).toBe(1);
      expect(stderr).toMatch(new RegExp(`^${path} cannot be read: ${reason}$`, "m"));
    }
  });

  it("a pipe without a writer is not waited for", async () => {
    const cwd = directory({});
    runIn(cwd, ["mkfifo", "pipe"]);
    const { stderr } = await irsa([...talos, "--private-key", `${cwd}/pipe`]);
    expect(stderr).toContain("pipe cannot be read: it is not a regular file");
  });

  it("a stream without end is read to a limit", async () => {
    const stdin = new Readable({
      read() {
        this.push(Buffer.alloc(1024 * 1024));
      },
    });
    const sink = () =>
      new Writable({
        write: (_chunk, _encoding, done) => {
          done();
        },
      });
    const io = { stdin, stdout: sink(), stderr: sink(), env: {}, cwd: "/" };
    expect(await createProgram(io).run(["cluster-config", "k3s"])).toBe(1);
  });
});

test("a directory that cannot be made is reported, not tried for ever", async () => {
  const { status, stderr } = await irsa([...k3s, "--out", "/proc/irsa/config.yaml"]);
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^\/proc\/irsa\/config.yaml cannot be written: /),
  ]);
});

describe("as a process", () => {
  const run = (line: string, input = "") =>
    runIn(directory({}), ["bash", "-c", line.replaceAll("irsa", `node '${command}'`)], { input });

  it("ends with an exit code and one line when its reader is gone", () => {
    const { stdout, stderr } = run(`irsa ${k3s.join(" ")} | true; echo "\${PIPESTATUS[0]}"`);
    expect(stderr).toBe("standard output cannot be written: its reader is gone\n");
    expect(stdout).toBe("1\n");
  });

  it("ends with an exit code and one line on a full disk", () => {
    const { status, stderr } = run("irsa --help > /dev/full");
    expect([status, stderr]).toEqual([
      1,
      "standard output cannot be written: no space is left on the device\n",
    ]);
  });

  it("takes a directory on standard input for nothing", () => {
    const { status, stderr } = run("irsa cluster-config k3s < /tmp");
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^give --issuer-url, or .*\n$/)]);
  });

  it("reads what the shell opens", () => {
    const { status, stdout } = run(
      `irsa cluster-config k3s --terraform-output <(echo '"${issuer}"')`,
    );
    expect([status, stdout]).toEqual([0, expect.stringContaining(issuer)]);
  });

  it("completes in bash", () => {
    // What the package bash-completion brings.
    const { stdout } = runIn(directory({}), ["bash"], {
      input: `irsa() { node '${command}' "$@"; }
        _get_comp_words_by_ref() { cur=man; prev=irsa; words=(irsa man); cword=1; }
        compopt() { :; }
        source <(irsa completion bash)
        __irsa_complete && echo "\${COMPREPLY[@]}"`,
    });
    expect(stdout).toBe("manifests\n");
  });

  it.each([
    ["cluster-config talos --form ''", ["string", "list", "document"]],
    ["cluster-config ku", ["kubeadm"]],
    ["manifests add-ons --replica", ["--replica-count"]],
    ["completion ''", ["bash", "zsh", "fish"]],
  ])("completes %s", (words, expected) => {
    const { stdout } = run(`irsa complete -- ${words}`);
    const candidates = stdout.split("\n").map((line) => line.split("\t")[0] ?? "");
    expect(candidates.filter((word) => word !== "" && !word.startsWith(":"))).toEqual(expected);
  });

  it.each([
    ["cluster-config p", ["prod", "pre"]],
    ["talosconfig ''", ["prod", "pre", "lab"]],
    ["synth prod l", ["lab"]],
    ["manifests smoke-test --cluster l", ["lab"]],
  ])("completes %s with the clusters of the configuration", (words, expected) => {
    const clusters = ["prod", "pre", "lab"].map((name) => ({
      ...{ name, region: "eu-central-1", bucket: `acme-${name}`, secretPrefix: "talos" },
    }));
    const argv = ["complete", "--", ...words.split(" ").map((word) => word.replace("''", ""))];
    const cwd = directory({ files: { "irsa.yaml": JSON.stringify({ clusters }) } });
    const { stdout } = runIn(cwd, ["node", command, ...argv]);
    const candidates = stdout.split("\n").map((line) => line.split("\t")[0] ?? "");
    expect(candidates.filter((word) => word !== "" && !word.startsWith(":"))).toEqual(expected);
  });

  it("completes without clusters where the configuration is wrong", () => {
    const cwd = directory({ files: { "irsa.yaml": "clusters: 1" } });
    const { status, stderr } = runIn(cwd, ["node", command, "complete", "--", "synth", ""]);
    expect([status, stderr]).toEqual([0, ""]);
  });

  it.each(["bash", "zsh", "fish"])("prints the script of %s", (shell) => {
    const { status, stdout } = run(`irsa completion ${shell}`);
    expect([status, stdout]).toEqual([0, expect.stringContaining("complete --")]);
  });
});
