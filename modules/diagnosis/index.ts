export { roleArnPattern, rolesFor } from "./assumptions";
export { diagnose } from "./diagnose";
export {
  type Diagnosis,
  type DiagnosisFinding,
  diagnosisJsonSchema,
  type Link,
  type LinkDiagnosis,
  type MissingEvidence,
  type Verdict,
} from "./diagnosis";
export type * from "./evidence";
export { flagOf, valueOf } from "./facts";
export { readEvidence } from "./read-evidence";
export type { DiagnosisRule } from "./rule";
export { rules as diagnosisRules } from "./rules";
export { linkTitles as diagnosisLinks } from "./links";
