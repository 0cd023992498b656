import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import fc from "fast-check";
import { buildJwks, readPublicKeys } from "../../modules/documents";
import { keyVectors } from "../fixtures/key-vectors";
import { refusedKeys } from "../fixtures/refused-inputs";

const program = require.resolve("self-hosted-irsa/programs/jwks");

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(stdin: string, nodeOptions: readonly string[] = []): Run {
  return spawnSync("node", [...nodeOptions, program], { input: stdin, encoding: "utf8" });
}

const source = readFileSync(program, "utf8");

/**
 * Runs the bundle in this process, with standard input, output and the exit code of its own: a process for
 * each of the many inputs would cost most of the time.
 */
async function runInProcess(stdin: string): Promise<Run> {
  let [stdout, stderr] = ["", ""];
  const own = {
    versions: process.versions,
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: { write: (text: string) => void (stderr += text) },
    exitCode: 0,
  };
  const provide = (name: string): unknown =>
    name === "fs" ? { readFileSync: () => stdin } : jest.requireActual(name);
  const bundle = compileFunction(source, ["require", "module", "exports", "process"]) as (
    ...names: readonly unknown[]
  ) => void;
  bundle(provide, { exports: {} }, {}, own);
  // The answer is a chain of promises that settle without a timer; the last of them writes.
  for (let turn = 0; turn < 100 && stdout === "" && stderr === ""; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return { status: own.exitCode, stdout, stderr };
}

function query(...publicKeys: readonly string[]): string {
  const keys = publicKeys.map((publicKey, index) => ({ name: `key-${index}`, publicKey }));
  return JSON.stringify({ keys: JSON.stringify(keys) });
}

const [first, second] = keyVectors
  .filter(({ bits }) => bits === 2048)
  .map((vector) => vector.public_key_pem);

test("the bundle is one readable file that names its source", () => {
  expect(source).toContain("programs/jwks.ts");
  expect(source).not.toMatch(/\brequire\("\./);
  expect(Math.max(...source.split("\n").map((line) => line.length))).toBeLessThan(400);
});

test("the JWKS of all keys, their ids and algorithms come back in the order of the query", async () => {
  const ec = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey;
  const pem = ec.export({ type: "spki", format: "pem" }).toString();
  const keys = await readPublicKeys(`${second}${pem}${first}`);

  const { status, stdout, stderr } = run(query(second ?? "", pem, first ?? ""));

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({
    jwks: buildJwks(keys),
    key_ids: JSON.stringify(keys.map(({ kid }) => kid)),
    algorithms: JSON.stringify(["RS256", "ES384", "RS256"]),
  });
});

test("a JWKS in the query counts as its keys", async () => {
  const keys = await readPublicKeys(`${first}${second}`);
  expect(JSON.parse(run(query(buildJwks(keys))).stdout)).toHaveProperty("jwks", buildJwks(keys));
});

test("the keys of an entry are published again with an empty id where that is asked for", async () => {
  const keys = await readPublicKeys(`${first}${second}`);
  const entries = [
    { name: "new", publicKey: first, emptyKeyId: true },
    { name: "old", publicKey: second, emptyKeyId: "true" },
  ];
  const { stdout } = run(JSON.stringify({ keys: JSON.stringify(entries) }));
  expect(JSON.parse(stdout)).toEqual({
    jwks: buildJwks(keys, keys[0]),
    key_ids: JSON.stringify(keys.map(({ kid }) => kid)),
    algorithms: JSON.stringify(["RS256", "RS256"]),
  });
});

test("of an entry of several keys the first is published again with an empty id", async () => {
  const keys = await readPublicKeys(`${second}${first}`);
  const entries = [{ name: "own", publicKey: buildJwks(keys, keys[0]), emptyKeyId: true }];
  const { stdout } = run(JSON.stringify({ keys: JSON.stringify(entries) }));
  expect((JSON.parse(stdout) as { jwks: string }).jwks).toBe(buildJwks(keys, keys[0]));
});

describe("the kid of an external signer", () => {
  const path = join(__dirname, "../fixtures/keys/external-signer-keys.json");
  const publicKey = readFileSync(path, "utf8");
  const ask = (keyId?: unknown) =>
    runInProcess(
      JSON.stringify({ keys: JSON.stringify([{ name: "external", publicKey, keyId }]) }),
    );

  test("is kept where that is asked for", async () => {
    const { stdout, stderr } = await ask("as-given");
    expect(stderr).toBe("");
    const kid = "8f7c1f0a-4f5f-4c9b-9c39-0a7b6c7c2a11";
    const { jwks, key_ids: keyIds } = JSON.parse(stdout) as Record<string, string>;
    expect(JSON.parse(keyIds ?? "")).toEqual([kid]);
    expect(jwks).toContain(`"kid":"${kid}"`);
  });

  test.each([[undefined], ["computed"]])("is refused with keyId %s", async (keyId) => {
    const { status, stdout, stderr } = await ask(keyId);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^ERR_JWK_INVALID: "kid" of key 1 of "external" .*keyId: as-given/);
  });

  test("has two choices", async () => {
    const { status, stdout, stderr } = await ask("given");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe(
      'ERR_QUERY: "keyId" of entry 1 of the query must be "computed" or "as-given"\n',
    );
  });
});

describe("everything that the documents refuse is refused in one line, and nothing is written", () => {
  test.each(refusedKeys.map(({ name, input, code }) => [name, input, code] as const))(
    "%s",
    async (_name, input, code) => {
      const { status, stdout, stderr } = await runInProcess(query(input));
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^${code}: [^\\n]+\\n$`));
      expect(stderr).toContain('"key-0"');
    },
  );

  test("the same key under two names", () => {
    const { status, stdout, stderr } = run(query(first ?? "", first ?? ""));
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^ERR_DUPLICATE_KEY: .*\n$/);
  });
});

describe("a malformed query is refused in one line, and nothing is written", () => {
  test.each([
    ["no input", "", "ERR_QUERY"],
    ["text", "keys", "ERR_QUERY"],
    ["null", "null", "ERR_QUERY"],
    ["no keys", "{}", "ERR_QUERY"],
    ["keys that are no string", '{"keys":[]}', "ERR_QUERY"],
    ["keys that are no JSON", '{"keys":"["}', "ERR_QUERY"],
    ["keys that are no list", '{"keys":"{}"}', "ERR_QUERY"],
    ["an empty list", '{"keys":"[]"}', "ERR_NO_KEYS"],
    ["an entry that is null", '{"keys":"[null]"}', "ERR_QUERY"],
    ["an entry without a name", '{"keys":"[{\\"publicKey\\":\\"\\"}]"}', "ERR_QUERY"],
    ["an entry without a key", '{"keys":"[{\\"name\\":\\"key\\"}]"}', "ERR_QUERY"],
  ])("%s", async (_name, stdin, code) => {
    const { status, stdout, stderr } = await runInProcess(stdin);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^${code}: [^\\n]+\\n$`));
  });
});

test("a Node below 20 is refused before anything else", () => {
  const preload = join(mkdtempSync(join(tmpdir(), "irsa-node-")), "node-18.cjs");
  writeFileSync(preload, 'Object.defineProperty(process.versions, "node", { value: "18.20.4" });');
  const { status, stdout, stderr } = run(query(first ?? ""), ["--require", preload]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toBe("ERR_NODE_VERSION: Node 20 or later is needed, this is 18.20.4\n");
});

describe("whatever it is given", () => {
  /** The same runs every time; `FUZZ_RUNS=10000 npx jest __tests__/programs` tries more. */
  const numRuns = Number(process.env.FUZZ_RUNS ?? "100");
  const secret = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const pem = secret.export({ type: "pkcs1", format: "pem" }).toString();
  const jwk = secret.export({ format: "jwk" });
  const part = fc.oneof(
    fc.string({ unit: "binary", maxLength: 50 }),
    fc.constantFrom(
      pem,
      JSON.stringify(jwk),
      JSON.stringify({ keys: [jwk] }),
      JSON.stringify({ keys: [{ ...jwk, kty: "oct", k: "c2VjcmV0" }] }),
      first,
      `${first}${pem}`,
      `${first}${second}`,
    ),
    fc.json(),
  );
  const entry = fc.oneof(
    fc.record({ name: fc.string(), publicKey: part, emptyKeyId: fc.boolean() }),
    fc.record({ name: fc.jsonValue(), publicKey: fc.jsonValue(), keyId: fc.jsonValue() }),
    fc.jsonValue(),
  );
  const queries = fc.oneof(
    fc.array(entry, { maxLength: 3 }).map((keys) => JSON.stringify({ keys: JSON.stringify(keys) })),
    fc.json(),
    fc.string(),
  );

  test("it answers with public members alone, or with one line and no answer", async () => {
    await fc.assert(
      fc.asyncProperty(queries, async (stdin) => {
        const { status, stdout, stderr } = await runInProcess(stdin);
        expect(`${stdout}${stderr}`).not.toContain(String(jwk.d).slice(20, 50));
        expect(`${stdout}${stderr}`).not.toContain(pem.split("\n")[3]);
        if (status === 0) {
          const { keys } = JSON.parse((JSON.parse(stdout) as { jwks: string }).jwks) as {
            keys: object[];
          };
          const members = new Set(keys.flatMap(Object.keys));
          expect([...members].filter((name) => /^(d|p|q|dp|dq|qi|k|oth)$/.test(name))).toEqual([]);
          return;
        }
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toMatch(/^ERR_(?!INTERNAL)[A-Z_]+: [^\p{Cc}]+\n$/u);
      }),
      { numRuns, seed: 20_253, endOnFailure: true },
    );
  });
});
