import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyCatalogue } from "../modules/roles";
import * as api from "../index";
import { contents } from "./support/golden";
import { readBlocks } from "./support/guide";
import { pack, run, type Tarball } from "./support/pack";

const root = join(__dirname, "..");
const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly peerDependencies: Readonly<Record<string, string>>;
};
const workspace = mkdtempSync(join(tmpdir(), "irsa-package-"));

/** The peers of the development tree stand for those of a registry; nothing else is needed. */
function install(project: string, tarball: Tarball, peers: readonly string[]): void {
  const link = (name: string) => [name, `file:${join(root, "node_modules", name)}`] as const;
  mkdirSync(project);
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({
      private: true,
      dependencies: {
        ...Object.fromEntries(peers.map(link)),
        "self-hosted-irsa": `file:${join(workspace, tarball.filename)}`,
      },
    }),
  );
  run(project, "npm", "install", "--offline", "--ignore-scripts", "--silent");
}

/** As `cdktf init --template typescript` writes it. */
const cdktfInitOptions = {
  alwaysStrict: true,
  declaration: true,
  experimentalDecorators: true,
  lib: ["es2018"],
  module: "CommonJS",
  noEmitOnError: true,
  noFallthroughCasesInSwitch: true,
  noImplicitAny: true,
  noImplicitReturns: true,
  noImplicitThis: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  resolveJsonModule: true,
  strict: true,
  stripInternal: true,
  target: "ES2018",
  skipLibCheck: true,
};

const guide = readFileSync(join(root, "docs/guides/cdktf.md"), "utf8");
const [, example = ""] = /```ts\n(.*?)```/s.exec(guide) ?? [];
const subpaths = `
import { parseIssuerUrl } from "self-hosted-irsa/documents";
import { deriveTalosTraits } from "self-hosted-irsa/cluster";
import { decideWebIdentity } from "self-hosted-irsa/trust";
import { readPublicKeys } from "self-hosted-irsa";

console.log(parseIssuerUrl("https://a.example").hostpath, typeof deriveTalosTraits, typeof decideWebIdentity);
readPublicKeys("").catch((error: { code: string }) => console.log(error.code));
`;

const allowedLicenses = [
  "0BSD",
  "Apache-2.0",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
  "MPL-2.0",
  "Public Domain",
];

/** The heads of notices: what a package is called, its license and where its source is. */
function notices(text: string): { name: string; license: string; source: string }[] {
  return [...text.matchAll(/^(\S+) \d\S+ \((.+)\), (\S+)$/gm)].map(
    ([, name = "", license = "", source = ""]) => ({ name, license, source }),
  );
}

/** The packages that a bundle contains, by the comments in which esbuild names each module. */
function packagesIn(bundle: string): string[] {
  const modules = bundle.matchAll(/^ *\/\/ \S*node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\/\S+$/gm);
  return [...new Set([...modules].map(([, name = ""]) => name))].sort();
}

describe("the package as npm installs it, from a registry or a Git URL", () => {
  let tarball: Tarball;
  beforeAll(() => {
    tarball = pack(workspace);
  }, 180_000);

  test("contains what it needs, and nothing of its development", () => {
    const paths = tarball.files.map(({ path }) => path);
    const modules = run(root, "git", "ls-files", "terraform").trim().split("\n");
    expect(paths).toEqual(expect.arrayContaining(modules));
    expect(paths.filter((path) => !/^(dist|terraform)\//.test(path)).sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "cli/bin.cjs",
      "irsa-cluster.schema.json",
      "irsa-doctor.schema.json",
      "irsa-report.schema.json",
      "irsa.schema.json",
      "package.json",
    ]);
    expect(paths).not.toContainEqual(expect.stringMatching(/__tests__|golden|(?<!\.d)\.ts$/));
    expect(paths).toEqual(expect.arrayContaining(["dist/index.js", "dist/index.d.ts"]));
  });

  describe("third-party notices", () => {
    const unpacked = join(workspace, "unpacked");
    const read = (path: string) => readFileSync(join(unpacked, "package/dist", path), "utf8");
    const clone = join(workspace, "clone");
    beforeAll(() => {
      mkdirSync(unpacked);
      run(unpacked, "tar", "-xzf", join(workspace, tarball.filename));
      // Minified code does not say where it is from.
      run(clone, "node", "scripts/build.mjs", "--no-minify");
    });

    test("name each package that a bundle contains", () => {
      const dist = join(clone, "dist");
      const bundles = [
        ...readdirSync(join(dist, "cli")).map((name) => join("cli", name)),
        "programs/jwks.cjs",
      ];
      const contained = bundles.flatMap((bundle) =>
        packagesIn(readFileSync(join(dist, bundle), "utf8")),
      );
      expect(contained).toEqual(
        expect.arrayContaining([
          "@aws-sdk/client-iam",
          "@peculiar/asn1-x509",
          "cdktf",
          "commander",
          "jose",
          "zod",
        ]),
      );
      expect(notices(read("THIRD-PARTY-NOTICES")).map(({ name }) => name)).toEqual(
        expect.arrayContaining(contained),
      );
    });

    test("name licenses that allow it alone, with the source", () => {
      const found = notices(read("THIRD-PARTY-NOTICES"));
      expect(found.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["cdktf", "constructs", "jose", "zod", "@cdktf/provider-aws"]),
      );
      for (const { license, source } of found) {
        expect(allowedLicenses).toContain(license);
        expect(source).toMatch(/^https:\/\/github\.com\/[\w-]+\/[\w.-]+$/);
      }
    });

    test("contain the copyrights and the texts", () => {
      const text = read("THIRD-PARTY-NOTICES");
      expect(text).toContain("Copyright (c) 2018 Filip Skokan");
      expect(text).toContain("Copyright 2020 Amazon.com, Inc. or its affiliates");
      expect(text).toContain("Mozilla Public License, version 2.0");
      for (const notice of text.split(`\n${"-".repeat(80)}\n`)) {
        const [, ...body] = notice.trim().split("\n\n");
        expect(body.join("")).toMatch(/\w/);
      }
    });

    test("of the program are in each copy of it", () => {
      const [, notice = ""] = /\/\*!\n(.*)\*\/\n$/s.exec(read("programs/jwks.cjs")) ?? [];
      expect(notices(notice).map(({ name }) => name)).toEqual(
        packagesIn(read("programs/jwks.cjs")),
      );
      expect(notice).toContain("Copyright (c) 2018 Filip Skokan");
      expect(notice).toContain('THE SOFTWARE IS PROVIDED "AS IS"');
    });
  });

  test("works in a project that `cdktf init` made, as the guide shows it", () => {
    const project = join(workspace, "platform");
    install(project, tarball, Object.keys(peerDependencies));
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          ...cdktfInitOptions,
          types: ["node"],
          typeRoots: [join(root, "node_modules/@types")],
        },
        include: ["*.ts"],
      }),
    );
    writeFileSync(join(project, "main.ts"), example);
    writeFileSync(join(project, "subpaths.ts"), subpaths);
    run(project, "node", require.resolve("typescript/bin/tsc"), "-p", ".");

    run(project, "node", "main.js");
    const written = contents(join(project, "cdktf.out/stacks/platform"));
    const stack = JSON.parse(written["cdk.tf.json"] ?? "") as Record<string, object>;
    expect(Object.keys(stack.resource ?? {})).toContain("aws_iam_openid_connect_provider");
    expect(Object.keys(stack.provider ?? {}).sort()).toEqual(["aws", "external", "tls"]);
    expect(stack.terraform).toHaveProperty("backend.s3");
    expect(Object.keys(written)).toContainEqual(expect.stringMatching(/jwks\.cjs$/));
    expect(run(project, "node", "subpaths.js")).toBe("a.example function function\nERR_NO_KEYS\n");
  });

  test("loads no module of jose before a key is read, which Jest of such a project could not", () => {
    const script = `require("self-hosted-irsa");
      const loaded = Object.keys(require.cache).filter((path) => /node_modules.jose.|jwks.cjs/.test(path));
      console.log(JSON.stringify(loaded));`;
    expect(run(join(workspace, "platform"), "node", "--eval", script)).toBe("[]\n");
  });

  test("has a command line that works without cdktf and the providers", () => {
    const project = join(workspace, "command-line");
    install(project, tarball, []);
    writeFileSync(
      join(project, "irsa.yaml"),
      `clusters:
  - name: home
    region: eu-central-1
    bucket: acme_oidc
    secretPrefix: talos
`,
    );
    const irsa = () => run(project, "npx", "--offline", "irsa", "documents", "--out", "site");
    expect(irsa).toThrow(/irsa\.yaml:4:13 clusters\[0\]\.bucket must contain only lower-case/);
  });

  test("does what README.md says, in a directory of one's own", () => {
    const project = join(workspace, "command-line");
    const blocks = readBlocks("README.md");
    const configuration = blocks.find(({ info }) => info === "file=irsa.yaml")?.text ?? "";
    writeFileSync(join(project, "irsa.yaml"), configuration);
    const commands = blocks
      .filter(
        ({ language, info, text }) =>
          language === "sh" && info === "" && text.startsWith("npx self-hosted-irsa"),
      )
      .map(({ text }) => text);
    expect(commands.length).toBeGreaterThan(1);
    for (const command of commands) run(project, "bash", "-ec", command);
    const written = Object.keys(contents(join(project, "cdktf.out")));
    expect(written).toContain("stacks/prod/cdk.tf.json");
    expect(written).toContainEqual(expect.stringMatching(/jwks\.cjs$/));
    expect(readdirSync(join(project, "add-ons"))).toHaveLength(2);
    const schema = join(project, "node_modules/self-hosted-irsa/irsa.schema.json");
    expect(JSON.parse(readFileSync(schema, "utf8"))).toHaveProperty("$schema");
  });
});

describe("a checkout that is not built, as after `npm ci --ignore-scripts`", () => {
  const checkout = join(workspace, "repository");
  beforeAll(() => {
    symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
  });

  test.each([
    [
      ["--import", "tsx", "main.ts"],
      "irsa/irsa (IrsaIssuer): needs dist/programs/jwks.cjs, which is not built yet: run `npm run build`\n",
    ],
    [["cli/bin.cjs", "--help"], "irsa is not built yet: run `npm run build`\n"],
  ])("node %j says what to run", (argv, expected) => {
    const { status, stdout, stderr } = spawnSync("node", argv, { cwd: checkout, encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: expected });
  });
});

test("every policy of the catalogue is exported", () => {
  expect(Object.values(api)).toEqual(expect.arrayContaining(Object.values(policyCatalogue)));
});
