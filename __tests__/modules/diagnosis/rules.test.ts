import { diagnose, diagnosisRules } from "../../../modules/diagnosis";
import { broken } from "./broken";
import { evidenceOf, findingsOf, healthy, type Parts, type SetUp } from "./support";

/** Set-ups that need another partition than aws, or evidence without a source. */
const setUps: Readonly<Record<string, SetUp>> = {
  "IRSA-DIAG-POD-GLOBAL-STS": {
    partition: "aws-cn",
    region: "cn-north-1",
    suffix: "amazonaws.com.cn",
  },
};

async function diagnoseBroken(code: string, change: (parts: Parts) => void | Promise<void>) {
  const parts = await healthy(setUps[code]);
  await change(parts);
  const evidence = evidenceOf(parts);
  return { ...diagnose(evidence), findings: findingsOf(evidence) };
}

test.each(broken)("%s is the top finding: %s", async (code, _title, change) => {
  const { top, findings, verdict } = await diagnoseBroken(code, change);
  const rule = diagnosisRules.find((one) => one.code === code);
  const { severity = "error" } = rule ?? {};
  if (severity === "info") {
    expect(findings.map((finding) => finding.code)).toContain(code);
    expect(top).toBeUndefined();
  } else {
    expect(findings.map((finding) => `${finding.code}: ${finding.what}`)).toEqual(
      expect.arrayContaining([expect.stringContaining(code)]),
    );
    expect(top?.code).toBe(code);
  }
  expect(verdict).toBe(severity === "error" ? "broken" : "healthy");
  for (const { what, sources } of findings) {
    expect(what).toMatch(/^\S.*[^.]$/s);
    for (const source of sources) expect(source).toMatch(/^https:\/\//);
  }
  // Nothing that follows from the cause is reported as an error of its own.
  expect(
    new Set(findings.filter((one) => one.severity === "error").map((one) => one.code)).size,
  ).toBe(severity === "error" ? 1 : 0);
});

test("API servers that differ are found without a configuration, too", async () => {
  const parts = await healthy();
  const [server] = parts.apiServers;
  if (server !== undefined)
    server.discovery = { value: '{"issuer":"https://oidc.example.org/old"}' };
  const { top } = diagnose(evidenceOf(parts, "intended"));
  expect(top?.code).toBe("IRSA-DIAG-API-ISSUERS-DIFFER");
});

test("each rule has a set-up in which it is the top finding, a code of its own and a page", () => {
  const codes = diagnosisRules.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  const tried = new Set([...broken.map(([code]) => code), "IRSA-DIAG-API-ISSUERS-DIFFER"]);
  expect(codes.filter((code) => !tried.has(code))).toEqual([]);
  expect([...tried].filter((code) => !codes.includes(code))).toEqual([]);
});

test("a rule is a consequence of earlier rules alone", () => {
  const seen = new Set<string>();
  for (const { code, consequenceOf = [] } of diagnosisRules) {
    const causes = consequenceOf === "every error" ? [] : consequenceOf;
    expect([code, causes.filter((cause) => !seen.has(cause))]).toEqual([code, []]);
    seen.add(code);
  }
});
