import type { Diagnosis, DiagnosisFinding, LinkDiagnosis, Verdict } from "../../modules/diagnosis";
import { escapeControls, redactKeyMaterial, type Severity } from "../../modules/validation";
import { findingPage } from "./finding-page";

type Style = "bold" | "dim" | "green" | "red" | "yellow";
type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, green: 32, red: 31, yellow: 33 };

/** @see {@link https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters SGR} */
const painted: Paint = (style, text) => `\u001b[${codes[style]}m${text}\u001b[0m`;
const plain: Paint = (_style, text) => text;

/**
 * A diagnosis to read: what to look at first, then each link, then what could not be looked at.
 *
 * @param isColored for a terminal
 */
export function formatDiagnosis(diagnosis: Diagnosis, isColored: boolean): string {
  const paint = isColored ? painted : plain;
  const { top, links } = diagnosis;
  const sections = [
    [paint("bold", heading(diagnosis))],
    ...(top === undefined ? [] : [topLines(top, titleOf(top, links), paint)]),
    links.flatMap((link) => linkLines(link, top, paint)),
    missingLines(links, paint),
    [conclusion(diagnosis, paint)],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

/** One line for each cluster. */
export function formatSummary(diagnoses: readonly Diagnosis[], isColored: boolean): string {
  const paint = isColored ? painted : plain;
  return diagnoses
    .map(({ target, verdict, top }) => {
      const reason = top === undefined ? "" : `: ${sentence(top.what)} (${top.code})`;
      return `${mark(verdict, paint)} ${clean(target.cluster ?? "evidence")}${reason}\n`;
    })
    .join("");
}

function heading({ target }: Diagnosis): string {
  const { cluster, serviceAccount, pod, roleArn } = target;
  const parts = [
    ...(cluster === undefined ? [] : [`cluster ${cluster}`]),
    ...(pod === undefined ? [] : [`pod ${pod}`]),
    ...(serviceAccount === undefined ? [] : [`ServiceAccount ${serviceAccount}`]),
    ...(roleArn === undefined ? [] : [`role ${roleArn}`]),
  ];
  const text = parts.length === 0 ? "issuer" : parts.join(", ");
  return clean(`${text.charAt(0).toUpperCase()}${text.slice(1)}`);
}

function topLines(finding: DiagnosisFinding, title: string, paint: Paint): string[] {
  const style = styleOf(finding.severity);
  return [
    paint(style, `Look at this first: ${title}`),
    ...findingLines(finding, paint).map((line) => `  ${line}`),
  ];
}

function titleOf({ link }: DiagnosisFinding, links: readonly LinkDiagnosis[]): string {
  return links.find((each) => each.link === link)?.title ?? link;
}

function linkLines(
  { title, verdict, findings }: LinkDiagnosis,
  top: DiagnosisFinding | undefined,
  paint: Paint,
): string[] {
  const isTop = (finding: DiagnosisFinding) =>
    finding.code === top?.code && finding.what === top.what;
  const worst = findings.some(({ severity }) => severity === "warning") && verdict === "healthy";
  return [
    `${worst ? paint("yellow", "[!]") : mark(verdict, paint)} ${title}`,
    ...findings.flatMap((finding) =>
      isTop(finding)
        ? [`    ${label(finding, paint)}, see above`]
        : findingLines(finding, paint).map((line) => `    ${line}`),
    ),
  ];
}

/** What was found, what was expected, and what to do. */
function findingLines(finding: DiagnosisFinding, paint: Paint): string[] {
  const { what, expected, actual, remedy, answer, code } = finding;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["expected", expected],
    ["found", actual],
    ["do", remedy],
    ["STS says", answer],
    ["page", findingPage(code)],
  ];
  return [
    `${label(finding, paint)}: ${sentence(what)}`,
    ...rows.flatMap(([name, text]) =>
      text === undefined ? [] : [`  ${paint("dim", `${name}:`.padEnd(10))}${clean(text)}`],
    ),
  ];
}

function label({ severity, code }: DiagnosisFinding, paint: Paint): string {
  return paint(styleOf(severity), `${severity} ${code}`);
}

function styleOf(severity: Severity): Style {
  return severity === "error" ? "red" : severity === "warning" ? "yellow" : "dim";
}

function mark(verdict: Verdict, paint: Paint): string {
  if (verdict === "healthy") return paint("green", "[✓]");
  return verdict === "broken" ? paint("red", "[✗]") : paint("yellow", "[?]");
}

/** What is missing, once for each reason. */
function missingLines(links: readonly LinkDiagnosis[], paint: Paint): string[] {
  const reasons = new Map<string, Set<string>>();
  for (const { why, wouldShow } of links.flatMap(({ missing }) => missing)) {
    reasons.set(why, (reasons.get(why) ?? new Set()).add(wouldShow));
  }
  if (reasons.size === 0) return [];
  return [
    "Not looked at:",
    ...[...reasons].flatMap(([why, shows]) => [
      `  ${clean(why)}`,
      ...[...shows].map((text) => paint("dim", `    would show ${clean(text)}`)),
    ]),
  ];
}

function conclusion({ verdict, links }: Diagnosis, paint: Paint): string {
  const findings = links.flatMap((link) => link.findings);
  const count = (severity: Severity, name: string) => {
    const { length } = findings.filter((finding) => finding.severity === severity);
    return length === 0 ? [] : [`${length} ${name}${length === 1 ? "" : "s"}`];
  };
  const counts = [...count("error", "error"), ...count("warning", "warning")].join(", ");
  if (verdict === "broken") return paint("red", `Broken: ${counts}.`);
  const suffix = counts === "" ? "" : ` ${counts}.`;
  return verdict === "healthy"
    ? paint("green", `Healthy.${suffix}`)
    : paint("yellow", `Nothing is broken in what could be looked at.${suffix}`);
}

function sentence(text: string): string {
  return clean(text.replace(/\.$/, ""));
}

/** Evidence comes from servers that others may run: on a terminal it is text alone. */
function clean(text: string): string {
  return escapeControls(redactKeyMaterial(text));
}
