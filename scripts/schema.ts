/** Writes the JSON Schemas of `irsa.yaml` and of `clusters/NAME.yaml`. A test fails when they are stale. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { clusterJsonSchema, jsonSchema } from "../config/json-schema";

for (const [name, schema] of [
  ["irsa.schema.json", jsonSchema()],
  ["irsa-cluster.schema.json", clusterJsonSchema()],
] as const) {
  writeFileSync(join(__dirname, "..", name), `${JSON.stringify(schema, null, 2)}\n`);
}
