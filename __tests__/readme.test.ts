import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseHcl } from "@cdktf/hcl2json";
import ts from "typescript";
import { parse as parseYaml } from "yaml";
import { parseConfig } from "../config/load";
import { type Block, createCheckout, guides, readBlocks, runBlocks } from "./support/guide";

const root = join(__dirname, "..");
const tsconfig = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")) as {
  readonly compilerOptions: object;
};
const blocksOf = (...languages: readonly string[]) =>
  guides.flatMap((path) =>
    readBlocks(path)
      .filter(({ language }) => languages.includes(language))
      .map((block) => [`${path}:${block.line}`, block] as const),
  );

const publicKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
  type: "spki",
  format: "pem",
});

describe.each(guides)("%s", (path) => {
  test("its commands, files and programs run in order, where they need nothing more", async () => {
    const checkout = createCheckout();
    try {
      await runBlocks(path, readBlocks(path), checkout.directory);
    } finally {
      checkout.remove();
    }
  });
});

const configurations = blocksOf("yaml").filter(
  ([, { info }]) => info !== "kubernetes" && info !== "github-actions",
);

test.each(configurations)("%s is a configuration, or a part of one", async (_place, block) => {
  const checkout = createCheckout();
  try {
    for (const name of ["sa.pub", "old.pub"]) {
      writeFileSync(join(checkout.directory, name), publicKey);
    }
    const config = await parseConfig(asFile(block), join(checkout.directory, "irsa.yaml"));
    expect(config).toBeDefined();
  } finally {
    checkout.remove();
  }
});

/** A part of a cluster becomes a cluster. */
function asFile({ text }: Block): string {
  const parsed = parseYaml(text) as object;
  if ("clusters" in parsed || "backend" in parsed) return text;
  if ("name" in parsed) return `clusters:\n  - secret: none\n${text.replaceAll(/^/gm, "    ")}`;
  const cluster = `clusters:
  - name: prod
    region: eu-central-1
    hosting: s3-virtual-hosted
    bucket: acme-oidc
    secretPrefix: talos
`;
  return cluster + text.replaceAll(/^/gm, "    ");
}

test.each(blocksOf("hcl"))(
  "%s parses, and sets variables that its module has",
  async (place, block) => {
    const { module: modules = {} } = (await parseHcl(place, block.text)) as {
      module?: Record<string, [{ source: string }]>;
    };
    expect(Object.keys(modules)).not.toEqual([]);
    for (const [{ source, ...values }] of Object.values(modules)) {
      const directory = /\/\/(terraform\/[\w-]+)\?/.exec(source)?.[1] ?? "";
      const file = join(root, directory, "variables.tf");
      const { variable } = (await parseHcl(file, readFileSync(file, "utf8"))) as {
        variable: object;
      };
      expect(Object.keys(variable)).toEqual(expect.arrayContaining(Object.keys(values)));
    }
  },
);

test("the programs have the types of the package", () => {
  const checkout = createCheckout();
  try {
    const files = blocksOf("ts").map(([, { text }], index) => {
      const file = join(checkout.directory, `guide-${index}.ts`);
      writeFileSync(file, text);
      return file;
    });
    const { options, errors } = ts.convertCompilerOptionsFromJson(
      { ...tsconfig.compilerOptions, paths: { "self-hosted-irsa": [join(root, "index.ts")] } },
      checkout.directory,
    );
    // Of the package the types alone are looked at: `npm run types` checks its own code.
    const program = ts.createProgram(files, options);
    const found = files.flatMap((file) => {
      const source = program.getSourceFile(file);
      return [
        ...program.getSyntacticDiagnostics(source),
        ...program.getSemanticDiagnostics(source),
      ];
    });
    const messages = [...errors, ...found].map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, "\n"),
    );
    expect(files).not.toEqual([]);
    expect(messages).toEqual([]);
  } finally {
    checkout.remove();
  }
});
