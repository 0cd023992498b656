import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { irsa } from "../cli/run";
import { keys } from "../modules/cluster/keys";

const root = join(__dirname, "../..");

// In a process of its own: prettier is a module that Jest does not load.
test("docs/reference/cli.md is what `npm run reference` writes", () => {
  const script =
    'require("./scripts/cli-reference.ts").cliReference().then((text) => process.stdout.write(text))';
  const { stdout, stderr } = spawnSync("node", ["--import", "tsx", "-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(stdout).toBe(readFileSync(join(root, "docs/reference/cli.md"), "utf8"));
});

describe("the JSON that the reference lists for", () => {
  const reference = readFileSync(join(root, "docs/reference/cli.md"), "utf8");
  const rows = [...reference.matchAll(/^\| `([a-z -]+)`[^|]* +\| (`[[{].*) +\|$/gm)].map(
    ([, name = "", text = ""]) => [name, text] as const,
  );
  const cluster = "clusters:\n  - { name: lab, region: eu-central-1, hosting: existing";
  const issuerUrl = 'issuerUrl: "https://oidc.example.org/lab"';
  const config = `${cluster}, accountId: "111122223333", ${issuerUrl} }\n`;
  const published = `clusters:
  - name: lab
    region: eu-central-1
    hosting: self-published
    ${issuerUrl}
    keys: [{ name: sa, publicKeyFile: sa.pub }]
`;
  const roleArn = "arn:aws:iam::111122223333:role/lab";
  const seen = {
    format: 1,
    evidence: {
      target: { roleArn, serviceAccount: "shop/app" },
      roles: { value: [{ arn: roleArn, exists: false }] },
    },
  };
  const runs: Readonly<
    Record<string, readonly [arguments: string, files: Record<string, string>, input?: string]>
  > = {
    validate: ["", { "irsa.yaml": `${cluster}, issuerUrl: x }\n` }],
    list: ["", { "irsa.yaml": config }],
    synth: ["", { "irsa.yaml": config }],
    documents: ["--out site", { "irsa.yaml": published, "sa.pub": keys.publicKey }],
    "manifests add-ons": ["--region eu-central-1 --out add-ons", {}],
    rotate: ["lab", { "irsa.yaml": published, "sa.pub": keys.publicKey }],
    doctor: ["--from seen", { "seen/prod.json": JSON.stringify(seen) }],
    "doctor explain": ["", {}, "Incorrect token audience"],
  };

  test("every command that prints no manifest", () => {
    expect(rows.map(([name]) => name)).toEqual(Object.keys(runs));
  });

  test.each(rows)("%s has the members of what it prints", async (name, text) => {
    const [options = "", files, input] = runs[name] ?? [];
    const argv = `${name} ${options} --json`.split(" ").filter((word) => word !== "");
    const printed = JSON.parse((await irsa(argv, { files, input })).stdout) as unknown;
    const documented = [...text.matchAll(/"(\w+)"/g)].map(([, member]) => member);
    expect(documented.length).toBeGreaterThan(0);
    expect(membersOf(printed)).toEqual(expect.arrayContaining(documented));
  });
});

/** The names of members, at any depth. */
function membersOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(membersOf)];
}
