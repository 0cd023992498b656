import type { Diagnosis, DiagnosisFinding, LinkDiagnosis } from "../../modules/diagnosis";
import { redactKeyMaterial } from "../../modules/validation";
import { findingPage } from "./finding-page";

/**
 * Diagnoses as a JUnit report, which CI systems show: a suite for each cluster, a test for each link.
 *
 * @see {@link https://github.com/testmoapp/junitxml JUnit XML format}
 */
export function formatJunit(diagnoses: readonly Diagnosis[]): string {
  const suites = diagnoses.map(suite).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="irsa doctor">\n${suites}</testsuites>\n`;
}

function suite({ target, collectedAt, links }: Diagnosis): string {
  const name = target.cluster ?? target.serviceAccount ?? "irsa doctor";
  const attributes = {
    name,
    tests: `${links.length}`,
    failures: `${links.filter(({ verdict }) => verdict === "broken").length}`,
    skipped: `${links.filter(({ verdict }) => verdict === "unknown").length}`,
    timestamp: collectedAt,
  };
  const cases = links.map((link) => testCase(name, link)).join("");
  return `  <testsuite${attributesText(attributes)}>\n${cases}  </testsuite>\n`;
}

function testCase(suiteName: string, { title, verdict, findings, missing }: LinkDiagnosis): string {
  const errors = findings.filter(({ severity }) => severity === "error");
  const others = findings.filter(({ severity }) => severity !== "error");
  const results = [
    ...errors.map((finding) => {
      const attributes = { message: finding.what, type: finding.code };
      return `<failure${attributesText(attributes)}>${escapeXml(details(finding))}</failure>`;
    }),
    ...(verdict === "unknown"
      ? [`<skipped${attributesText({ message: missing.map(({ why }) => why).join("; ") })}/>`]
      : []),
    ...(others.length === 0
      ? []
      : [`<system-out>${escapeXml(others.map(details).join("\n\n"))}</system-out>`]),
  ];
  const attributes = attributesText({ classname: suiteName, name: title });
  if (results.length === 0) return `    <testcase${attributes}/>\n`;
  const body = results.map((result) => `      ${result}\n`).join("");
  return `    <testcase${attributes}>\n${body}    </testcase>\n`;
}

function details(finding: DiagnosisFinding): string {
  const { severity, code, what, expected, actual, remedy, answer } = finding;
  const rows = { expected, found: actual, do: remedy, "STS says": answer, page: findingPage(code) };
  return [
    `${severity} ${code}: ${what}`,
    ...Object.entries(rows).flatMap(([name, text]) =>
      text === undefined ? [] : [`${name}: ${text}`],
    ),
  ].join("\n");
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(value).replace(/\s+/g, " ")}"`)
    .join("");
}

/** @see {@link https://www.w3.org/TR/xml/#charsets XML 1.0, characters} */
function escapeXml(text: string): string {
  return redactKeyMaterial(text)
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
