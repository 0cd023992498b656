import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { schemaViolations } from "../../modules/cluster/schema-violations";
import { readBlocks } from "../../support/guide";

const guide = readBlocks("docs/guides/scheduled-checks.md");
const blockOf = (wanted: string) => guide.find(({ info }) => info === wanted)?.text ?? "";

test("the guide's manifests are objects of the Kubernetes API", () => {
  const manifests = parseAllDocuments(blockOf("kubernetes")).map(
    (document) => document.toJS() as object,
  );
  expect(manifests).toHaveLength(7);
  expect(schemaViolations(manifests)).toEqual(manifests.map(() => []));
});

test("the guide's workflow is one that GitHub's parser accepts", () => {
  const root = join(__dirname, "../../..");
  const program = join(root, "__tests__/support/workflow-faults.mjs");
  const text = blockOf("github-actions");
  const input = JSON.stringify([text, text.replace("steps:", "stages:")]);
  const options = { cwd: root, input, encoding: "utf8" } as const;
  const { stdout, stderr } = spawnSync("node", ["--import", "tsx", program], options);
  const [right, wrong] = JSON.parse(stdout) as string[][];
  expect([right, stderr]).toEqual([[], ""]);
  expect(wrong).not.toEqual([]);
});
