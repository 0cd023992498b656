import { readdirSync } from "node:fs";
import fc from "fast-check";
import { createProgram } from "../../cli/program";
import { keys } from "../modules/cluster/keys";
import { base64Key, irsa, issuer, terraformOutput } from "./run";

/** The same runs every time; `FUZZ_RUNS=100000 npx jest __tests__/cli/fuzz` tries more. */
const numRuns = Number(process.env.FUZZ_RUNS ?? "120");
const options = { numRuns, seed: 20_251, endOnFailure: true, timeout: 10_000 };

jest.setTimeout(20_000 + 50 * numRuns);

// Nothing is sent to AWS, whatever a command is given and whatever credentials there are.
process.env.AWS_ENDPOINT_URL = "http://127.0.0.1:9";
process.env.AWS_EC2_METADATA_DISABLED = "true";

const files = {
  "outputs.json": terraformOutput(),
  "sa.key": keys.pkcs1,
  "former.pub": keys.formerPublicKey,
};

/** Keys that must not be seen unless they are asked for, cut to what a line of a message could show. */
const secrets = [keys.pkcs1, base64Key, keys.pkcs8].map((text) =>
  text.replace(/\s/g, "").slice(60, 90),
);

const word = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "",
    "-",
    "--",
    "constructor",
    "__proto__",
    "toString=1",
    "hasOwnProperty=x",
    "outputs.json",
    "sa.key",
    "former.pub",
    ".",
    "/dev/zero",
    "/dev/full",
    "/proc/self/mem",
    "no/such/file",
    "1.13",
    "v1.14.0",
    "document",
    "Fail",
    "kube-system",
    "-1",
    "1e999",
    "600",
    issuer,
    "https://user:hunter22@a.example",
    "https://10.0.0.1:6443",
    "${TfToken[TOKEN.0]}",
    "\u001b[2J",
    keys.pkcs1,
    base64Key,
    "eu-central-1",
    "arn:aws:iam::111122223333:role/reader",
  ),
);

const json = fc.oneof(fc.json(), fc.constant(terraformOutput()), mutatedOutputs());

/** Outputs of a stack with one value replaced. */
function mutatedOutputs(): fc.Arbitrary<string> {
  const names = ["issuer_url", "jwks", "signing_key", "service_accounts", "trusted_issuers"];
  return fc
    .tuple(fc.constantFrom(...names, "pod_identity_webhook_map", "role_arns"), fc.jsonValue())
    .map(([name, value]) => terraformOutput({ [name]: value }));
}

/** The words of every command that does something, with its flags. */
function leaves(): { words: string[]; flags: string[] }[] {
  const { command } = createProgram({
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: {},
    cwd: "/",
  });
  return command.commands
    .filter((each) => !each.name().startsWith("complet"))
    .flatMap((each) =>
      each.commands.length === 0 ? [[each]] : each.commands.map((c) => [each, c]),
    )
    .map((path) => ({
      words: path.map((each) => each.name()),
      flags: (path.at(-1)?.options ?? []).map(({ long }) => long ?? ""),
    }));
}

test.each(leaves().map(({ words, flags }) => [words.join(" "), words, flags] as const))(
  "%s: no stack trace, no hang, no partial file, no key material, whatever it is given",
  async (_, words, flags) => {
    const argument = fc.oneof(
      { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...flags), word).map((pair) => [...pair]) },
      { weight: 1, arbitrary: word.map((one) => [one]) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(argument, { maxLength: 6 }), json, async (args, input) => {
        const argv = [...words, ...args.flat()];
        // These ask for the key, or write outside of the directory.
        fc.pre(!argv.some((arg) => /^\/(?!dev|proc)|\.\./.test(arg)));
        const { status, stderr, stdout, cwd, written } = await irsa(argv, { files, input });
        expect([0, 1, 2]).toContain(status);
        expect(stderr).not.toMatch(/\n {4}at |\[native code\]|\[object Object\]|undefined/);
        expect(`${stdout}${stderr}`.replace(/\n/g, "")).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
        expect(stderr).not.toContain("hunter22");
        if (status !== 0) {
          expect({ stdout, written }).toEqual({ stdout: "", written: {} });
          const shown = stderr.replace(/\s/g, "");
          expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
        }
        const left = readdirSync(cwd, { recursive: true, encoding: "utf8" });
        expect(left.filter((name) => name.endsWith(".tmp"))).toEqual([]);
      }),
      options,
    );
  },
);
