import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const readme = read("README.md");

const commands = [...readme.matchAll(/^( *)```sh\n([\s\S]*?)^\1```/gm)].flatMap(
  ([, , block = ""]) =>
    block
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
);

/** What runs a command of the README: a text in a file that runs as a test; or why none can. */
const runs: readonly (readonly [
  command: RegExp,
  by: { readonly file: string; readonly text: string } | { readonly needs: string },
])[] = [
  [/^npm ci && npm run synth$/, { file: ".ci/run", text: "npm ci" }],
  [/^npm test$/, { file: ".ci/run", text: "npm test" }],
  [/^npm run synth$/, { file: "__tests__/main.test.ts", text: "main.ts" }],
  [/^npm run sandbox$/, { file: "__tests__/e2e/sandbox.test.ts", text: "sandbox" }],
  [/^npx cdktf deploy /, { file: "__tests__/e2e/deploy.test.ts", text: "deploy" }],
  [/^cd cdktf.out\/stacks\/\w+$/, { file: "__tests__/e2e/apply.test.ts", text: "IrsaStack" }],
  [/^terraform init$/, { file: "sandbox/terraform-runner.ts", text: '"init"' }],
  [/^terraform apply$/, { file: "__tests__/e2e/apply.test.ts", text: ".apply()" }],
  [/^cp PATH\/TO\/terraform.tfstate /, { file: "__tests__/e2e/adoption.test.ts", text: "state" }],
  [
    /terraform output -raw talos_machine_config_patch/,
    { file: "__tests__/e2e/roles.test.ts", text: "talos_machine_config_patch" },
  ],
  [
    /^npx irsa documents /,
    { file: "__tests__/cli/commands/documents.test.ts", text: '"documents"' },
  ],
  [
    /\bnpx irsa cluster-config \w/,
    { file: "__tests__/cli/commands/cluster-config.test.ts", text: "cluster-config" },
  ],
  [
    /\bnpx irsa manifests \w/,
    { file: "__tests__/cli/commands/manifests.test.ts", text: "manifests" },
  ],
  [/^talosctl /, { needs: "a cluster" }],
  [/^kubectl /, { needs: "a cluster" }],
];

test.each(commands)("a test runs, or cannot run: %s", (command) => {
  const [run] = runs.filter(([pattern]) => pattern.test(command)).map(([, by]) => by);
  expect(run).toBeDefined();
  if (run !== undefined && "file" in run) expect(read(run.file)).toContain(run.text);
});

test("every link to a file leads to one", () => {
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path = ""]) => path);
  expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
