/** Writes the JSON Schemas of `irsa.yaml`, of `clusters/NAME.yaml`, of a diagnosis and of a report. A test fails when they are stale. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { clusterJsonSchema, jsonSchema } from "../config/json-schema";
import { diagnosisJsonSchema } from "../modules/diagnosis";
import { reportJsonSchema } from "../modules/report";

for (const [name, schema] of [
  ["irsa.schema.json", jsonSchema()],
  ["irsa-cluster.schema.json", clusterJsonSchema()],
  ["irsa-doctor.schema.json", diagnosisJsonSchema()],
] as const) {
  writeFileSync(join(__dirname, "..", name), `${JSON.stringify(schema, null, 2)}\n`);
}

// For programs alone: on one line, for the size of the package.
writeFileSync(
  join(__dirname, "..", "irsa-report.schema.json"),
  `${JSON.stringify(reportJsonSchema())}\n`,
);
