/**
 * Reads workflows of GitHub Actions with GitHub's own parser. Reads a JSON array of texts, writes a JSON array
 * with the faults of each. A program of its own, because the parser is an ES module, which Jest loads only
 * behind a flag; it imports JSON as `tsx` alone allows.
 */
import { readFileSync } from "node:fs";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";

const texts = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map(faults)));

function faults(content) {
  const { context } = parseWorkflow({ name: "workflow", content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}
