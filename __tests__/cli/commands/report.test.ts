import type { Report } from "../../../modules/report";
import { keyVectors } from "../../fixtures/key-vectors";
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
  [["staging"], 'the stack "staging" must be one of prod, lab'],
])("%j is refused", async (argv, message) => {
  expect(await irsa(["report", ...argv], { files })).toMatchObject({
    status: 1,
    stdout: "",
    stderr: `${message}\n`,
  });
});

describe("with what irsa doctor has seen", () => {
  const issuer = "https://s3.eu-central-1.amazonaws.com/acme-own-oidc";
  const [{ kid, public_key_pem: pem } = { kid: "", public_key_pem: "" }] = keyVectors;
  const own = `clusters:
  - name: own
    region: eu-central-1
    bucket: acme-own-oidc
    keys: [{ name: sa, publicKeyFile: sa.pub }]
  - name: other
    region: eu-central-1
    bucket: acme-other-oidc
    secretPrefix: talos
`;
  const answer = (path: string, body: object, more: object = {}) => ({
    url: `${issuer}/${path}`,
    status: 200,
    headers: { "last-modified": "Fri, 27 Nov 2026 10:00:00 GMT" },
    milliseconds: 1,
    body: JSON.stringify(body),
    chain: [
      {
        subject: "s3.eu-central-1.amazonaws.com",
        issuer: "Amazon",
        notBefore: "2026-01-01T00:00:00Z",
        notAfter: "2027-05-01T00:00:00Z",
        sha1: "00",
      },
    ],
    ...more,
  });
  const seenAt = async (at: string, jwks: object = {}, keyIds: readonly string[] = [kid]) => {
    const evidence = {
      collectedAt: at,
      target: { cluster: "own" },
      published: {
        value: {
          discovery: answer(".well-known/openid-configuration", { issuer }),
          jwks: answer("keys.json", { keys: [...keyIds, ""].map((id) => ({ kid: id })) }, jwks),
        },
      },
    };
    const { stdout, stderr, status } = await irsa(["report", "--from", "seen", "--json"], {
      files: {
        "irsa.yaml": own,
        "sa.pub": pem,
        "seen/own.json": JSON.stringify({ format: 1, evidence }),
      },
    });
    expect([status, stderr]).toEqual([0, ""]);
    const [cluster, other] = (JSON.parse(stdout) as Report).clusters;
    expect(other).not.toHaveProperty("seen");
    return cluster;
  };
  const codesOf = (cluster: Report["clusters"][number] | undefined) =>
    cluster?.findings.map(({ code }) => code).filter((code) => /KEY|READ|CERT/.test(code));

  test("says since when and until when", async () => {
    const cluster = await seenAt("2026-11-28T12:00:00Z");
    expect(cluster?.seen).toEqual({
      at: "2026-11-28T12:00:00Z",
      readable: true,
      keyIds: [kid],
      unchangedSince: "2026-11-27T10:00:00.000Z",
      certificate: { subject: "s3.eu-central-1.amazonaws.com", notAfter: "2027-05-01T00:00:00Z" },
    });
    expect(codesOf(cluster)).toEqual([]);
  });

  test.each<[string, string, object, readonly string[], string]>([
    ["another key", "2026-11-28T12:00:00Z", {}, [kid, "x"], "IRSA-REPORT-UNKNOWN-KEY"],
    ["no answer", "2026-11-28T12:00:00Z", { status: 403 }, [kid], "IRSA-REPORT-UNREADABLE"],
    [
      "a host that is not trusted",
      "2026-11-28T12:00:00Z",
      { chainError: "CERT_HAS_EXPIRED" },
      [kid],
      "IRSA-REPORT-UNREADABLE",
    ],
    ["another document", "2026-11-28T12:00:00Z", { body: "<html>" }, [], "IRSA-REPORT-UNREADABLE"],
    [
      "a certificate near its end",
      "2027-04-20T12:00:00Z",
      {},
      [kid],
      "IRSA-REPORT-EXPIRING-CERTIFICATE",
    ],
    [
      "keys of more than a year",
      "2027-11-28T12:00:00Z",
      { chain: [] },
      [kid],
      "IRSA-REPORT-OLD-KEYS",
    ],
  ])("%s is a finding", async (_name, at, jwks, keyIds, code) => {
    expect(codesOf(await seenAt(at, jwks, keyIds))).toEqual([code]);
  });

  test("what is no evidence is refused", async () => {
    const run = await irsa(["report", "--from", "irsa.yaml"], { files });
    expect(run).toMatchObject({ status: 1, stdout: "", written: {} });
    expect(run.stderr).toContain("must be evidence that irsa doctor --evidence wrote");
  });

  test("the page says it", async () => {
    const evidence = {
      collectedAt: "2026-11-28T12:00:00Z",
      target: { cluster: "prod" },
      published: { value: { discovery: answer("d", { issuer }), jwks: answer("k", { keys: [] }) } },
    };
    const seen = { "prod.json": JSON.stringify({ format: 1, evidence }) };
    const run = await irsa(["report", "prod", "--from", "prod.json"], {
      files: { ...files, ...seen },
    });
    expect(run.stdout).toMatch(/<dt>Seen 2026-11-28T12:00:00Z<\/dt>/);
  });
});
