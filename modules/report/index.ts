export { buildReport } from "./build-report";
export { reportRules } from "./findings";
export { type Report, reportJsonSchema } from "./schema";
export type { SeenDocuments } from "./seen";
export type { SynthesizedStack } from "./stack";
export { asBlock, asList, type Block, Terraform, type TerraformJson } from "./terraform";
export { renderReport } from "./html/page";
