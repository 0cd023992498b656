import { type TrustRule, trustRules } from "../../trust";
import type { Finding } from "../../validation";
import type { Link } from "../diagnosis";
import type { Facts } from "../facts";
import type { DiagnosisRule } from "../rule";

interface FromTrust extends Pick<DiagnosisRule, "consequenceOf" | "sources"> {
  readonly link: Link;
  /** @default - those of documents, keys and token */
  readonly findings?: (facts: Facts) => readonly Finding[];
}

/** A rule of `modules/trust`, which decides it; the diagnosis says where it belongs and what to do. */
export function fromTrust(
  name: keyof typeof trustRules,
  { findings = ({ trust }) => trust, ...more }: FromTrust,
): DiagnosisRule {
  const { code, means, severity, remedy = "Nothing.", answer }: TrustRule = trustRules[name];
  return {
    code,
    means,
    remedy,
    ...(severity !== undefined && { severity }),
    ...(answer !== undefined && { answer }),
    ...more,
    find: (facts) =>
      findings(facts)
        .filter((finding) => finding.code === code)
        .map((finding) => ({
          what: finding.what,
          ...(finding.expected !== undefined && { expected: finding.expected }),
          ...(finding.actual !== undefined && { actual: finding.actual }),
          ...(finding.remedy !== undefined && { remedy: finding.remedy }),
        })),
  };
}
