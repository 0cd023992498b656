import { redactKeyMaterial, type Severity } from "../validation";
import type { Diagnosis, DiagnosisFinding, LinkDiagnosis, Verdict } from "./diagnosis";
import type { Evidence } from "./evidence";
import { collectFacts, type Facts } from "./facts";
import { linksOf, missingOf, titles } from "./links";
import { readEvidence } from "./read-evidence";
import { rules } from "./rules";

/**
 * Says of each link of a cluster's chain of trust whether it works, and of a broken one why. Nothing is
 * called. The first error is the cause, as far as it can be seen: of errors that explain each other only
 * the earlier one is reported. What is missing is never taken for healthy, nor for broken.
 *
 * @example
 * const { verdict, top } = diagnose(evidence);
 * console.log(verdict, top?.code, top?.remedy);
 */
export function diagnose(evidence: Evidence): Diagnosis {
  const facts = collectFacts(readEvidence(evidence));
  const findings = findAll(facts);
  const links = linksOf(facts).map((link): LinkDiagnosis => {
    const own = findings.filter((finding) => finding.link === link);
    const missing = missingOf(link, facts);
    return {
      link,
      title: titles[link],
      verdict: verdictOf(own, missing.length > 0),
      findings: own,
      missing,
    };
  });
  const top = first(findings, "error") ?? first(findings, "warning");
  return {
    target: { ...facts.evidence.target },
    collectedAt: facts.evidence.collectedAt,
    verdict: verdictOf(
      findings,
      links.some(({ verdict }) => verdict === "unknown"),
    ),
    ...(top !== undefined && { top }),
    links,
  };
}

/** In the order of the rules, which is that of the chain. */
function findAll(facts: Facts): DiagnosisFinding[] {
  const inScope = linksOf(facts);
  const errors = new Set<string>();
  return rules.flatMap((rule) => {
    const { code, link, severity = "error", remedy, answer, sources, consequenceOf = [] } = rule;
    const isExplained =
      consequenceOf === "every error"
        ? errors.size > 0
        : consequenceOf.some((cause) => errors.has(cause));
    if (isExplained || !inScope.includes(link)) return [];
    const found = rule.find(facts).map((occurrence): DiagnosisFinding => ({
      code,
      severity,
      link,
      what: redactKeyMaterial(occurrence.what),
      ...(occurrence.expected !== undefined && {
        expected: redactKeyMaterial(occurrence.expected),
      }),
      ...(occurrence.actual !== undefined && { actual: redactKeyMaterial(occurrence.actual) }),
      remedy: redactKeyMaterial(occurrence.remedy ?? remedy),
      ...(answer !== undefined && { answer }),
      sources: [...sources],
    }));
    if (found.length > 0 && severity === "error") errors.add(code);
    return found;
  });
}

function verdictOf(findings: readonly DiagnosisFinding[], isIncomplete: boolean): Verdict {
  if (first(findings, "error") !== undefined) return "broken";
  return isIncomplete ? "unknown" : "healthy";
}

function first(
  findings: readonly DiagnosisFinding[],
  wanted: Severity,
): DiagnosisFinding | undefined {
  return findings.find(({ severity }) => severity === wanted);
}
