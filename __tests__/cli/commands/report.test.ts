import { irsa } from "../run";

const configuration = `clusters:
  - name: prod
    region: eu-central-1
    bucket: acme-prod-oidc
    secretPrefix: talos
  - name: lab
    region: eu-central-1
    bucket: acme-lab-oidc
    secretPrefix: talos
`;
const files = { "irsa.yaml": configuration };

test("is printed, of all stacks or those that are named, and writes nothing", async () => {
  const { status, stdout, written } = await irsa(["report"], { files });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^<!doctype html>/);
  expect(stdout).toContain('id="cluster-lab"');
  expect(written).toEqual({});
  const { stdout: one } = await irsa(["report", "prod", "--json"], { files });
  const { clusters } = JSON.parse(one) as { clusters: { name: string }[] };
  expect(clusters.map(({ name }) => name)).toEqual(["prod"]);
});

test("is written to the file that is named, which it replaces when it is forced to", async () => {
  const { stdout, written } = await irsa(["report", "--out", "a/report.html"], { files });
  expect(stdout).toBe("Wrote a/report.html\n");
  expect(Object.keys(written)).toEqual(["a/report.html"]);
  const others = { ...files, "report.html": "mine" };
  const refused = await irsa(["report", "--out", "report.html"], { files: others });
  expect(refused).toMatchObject({
    status: 1,
    stderr: "report.html exists with other content; replace it with --force\n",
    written: {},
  });
  const forced = await irsa(["report", "--out", "report.html", "--force"], { files: others });
  expect(forced.written["report.html"]).toBe(written["a/report.html"]);
});

test.each([
  [["--date", "28.11.2026"], '--date must be a date, YYYY-MM-DD, got "28.11.2026"'],
  [["--date", "2026-02-30"], '--date must be a date, YYYY-MM-DD, got "2026-02-30"'],
  [["staging"], 'the stack "staging" must be among prod, lab'],
])("%j is refused", async (argv, message) => {
  expect(await irsa(["report", ...argv], { files })).toMatchObject({
    status: 1,
    stdout: "",
    stderr: `${message}\n`,
  });
});
