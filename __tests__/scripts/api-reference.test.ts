import { deepStrictEqual } from "node:assert";
import { spawnSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import ts from "typescript";
import * as constructs from "../../index";
import * as cluster from "../../modules/cluster";
import * as documents from "../../modules/documents";
import * as trust from "../../modules/trust";
import { compilerOptions, type Documented, readPublicApi } from "../../scripts/public-api";
import { keys } from "../modules/cluster/keys";
import { Cluster } from "../modules/roles/support";

const root = join(__dirname, "../..");
const api = readPublicApi();
const exported = api.flatMap(({ exports }) => exports);
const examplesOf = ({ examples, members }: Documented): readonly string[] => [
  ...examples,
  ...members.flatMap(examplesOf),
];
const examples = exported.flatMap((item) =>
  examplesOf(item).map((text, index) => [`${item.name} ${index + 1}`, text] as const),
);

// In a process of its own: prettier is a module that Jest does not load.
test("docs/reference/api.md is what `npm run reference` writes", () => {
  const script =
    'require("./scripts/api-reference.ts").apiReference().then((text) => process.stdout.write(text))';
  const { stdout, stderr } = spawnSync("node", ["--import", "tsx", "-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(stdout).toBe(readFileSync(join(root, "docs/reference/api.md"), "utf8"));
});

test("it describes what the modules export at run time", () => {
  const values = exported.filter(({ kind }) => kind !== "type").map(({ name }) => name);
  const actual = [constructs, documents, cluster, trust].flatMap((each) => Object.keys(each));
  expect(values.sort()).toEqual([...new Set(actual)].sort());
});

test("every export is described, and each that runs has an example, or extends one that has", () => {
  const withExample = new Set(exported.filter((item) => examplesOf(item).length > 0));
  const hasExample = (item: Documented): boolean =>
    withExample.has(item) ||
    exported.some((other) => other.name === item.base && hasExample(other));
  expect(exported.filter(({ summary }) => summary === "").map(({ name }) => name)).toEqual([]);
  expect(
    exported.filter((item) => item.kind !== "type" && !hasExample(item)).map(({ name }) => name),
  ).toEqual([]);
});

const files: Readonly<Record<string, string>> = {
  "sa.key": keys.pkcs1,
  "sa.pub": createPublicKey(keys.pkcs1).export({ type: "spki", format: "pem" }).toString(),
  "jwks.json": JSON.stringify({
    keys: [{ ...createPublicKey(keys.pkcs1).export({ format: "jwk" }), kid: "2026" }],
  }),
};
const signer = new Cluster("oidc.example.org/prod");

/** What examples refer to without making it, and its types. */
async function surroundings(stack: TerraformStack): Promise<object> {
  const issuerUrl = "https://oidc.example.org/prod";
  const issuer = new constructs.ExistingIssuer(stack, "given", { issuerUrl });
  return {
    App: class extends App {
      constructor() {
        super({ outdir: mkdtempSync(join(tmpdir(), "irsa-example-")) });
      }
    },
    createPublicKey,
    readFileSync: (name: string) => files[name],
    issuer,
    role: issuer.addServiceAccountRole("given", { name: "given", serviceAccounts: ["shop/given"] }),
    publicKeys: await documents.readPublicKeys(files["sa.pub"] ?? ""),
    token: await signer.token("default/app"),
    documents: signer.documents,
    provider: signer.provider(),
    trustPolicy: { Version: "2012-10-17", Statement: [] },
  };
}
const surroundingTypes = `
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { App, type TerraformStack } from "cdktf";
import type { PublishedDocuments as TrustDocuments } from "./modules/trust";
declare const issuer: ExistingIssuer;
declare const role: ServiceAccountRole;
declare const publicKeys: readonly PublicJwk[];
declare const token: string;
declare const documents: TrustDocuments;
declare const provider: RegisteredProvider;
declare const trustPolicy: object;
`;

test("the examples have the types of the package", () => {
  const file = join(root, "examples-of-the-api.ts");
  const paths = ["./index", "./modules/documents", "./modules/cluster", "./modules/trust"];
  const imports = api.map(({ exports }, index) => {
    const earlier = new Set(
      api
        .slice(0, index)
        .flatMap((each) => each.exports)
        .map(({ name }) => name),
    );
    const names = exported.filter((item) => exports.includes(item) && !earlier.has(item.name));
    return `import { ${names.map(({ kind, name }) => (kind === "type" ? `type ${name}` : name)).join(", ")} } from "${paths[index]}";`;
  });
  const functions = examples.map(
    ([, text], index) =>
      `export async function example${index}(this: TerraformStack) {\n${text}\n}`,
  );
  const text = [...imports, surroundingTypes, ...functions].join("\n");
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  const program = ts.createProgram([file], options, {
    ...host,
    fileExists: (path) => path === file || host.fileExists(path),
    getSourceFile: (path, version, ...rest) =>
      path === file
        ? ts.createSourceFile(path, text, version)
        : getSourceFile(path, version, ...rest),
  });
  const source = program.getSourceFile(file);
  const problems = [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ];
  expect(ts.formatDiagnostics(problems, { ...host, getCurrentDirectory: () => root })).toBe("");
});

/** The JavaScript of an example: a statement with a value in a comment behind it asserts that value. */
function compile(text: string): string {
  const source = ts.createSourceFile("example.ts", text, ts.ScriptTarget.ES2023);
  const statements = source.statements.map((statement) => {
    const code = text.slice(statement.getFullStart(), statement.getEnd());
    const [comment] = ts.getTrailingCommentRanges(text, statement.getEnd()) ?? [];
    if (comment === undefined || !ts.isExpressionStatement(statement)) return code;
    const expected = text.slice(comment.pos + "//".length, comment.end);
    const expression = text.slice(statement.getStart(source), statement.expression.getEnd());
    return `deepStrictEqual(${expression}, ${expected});`;
  });
  return ts.transpile(statements.join("\n"), {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
  });
}

describe("the example of", () => {
  const AsyncFunction = (async () => Promise.resolve()).constructor as FunctionConstructor;

  it.each(examples)("%s runs, and gives what it says", async (_, text) => {
    const log = jest.spyOn(console, "log").mockImplementation();
    const warn = jest.spyOn(console, "warn").mockImplementation();
    const stack = new TerraformStack(
      new App({ outdir: mkdtempSync(join(tmpdir(), "irsa-example-")) }),
      "stack",
    );
    const own = await surroundings(stack);
    const scope = { deepStrictEqual, ...cluster, ...documents, ...trust, ...constructs, ...own };
    const run = new AsyncFunction(...Object.keys(scope), `{\n${compile(text)}\n}`) as (
      ...values: readonly unknown[]
    ) => Promise<void>;
    await run.apply(stack, Object.values(scope));
    log.mockRestore();
    warn.mockRestore();
  });
});
