/** Writes `irsa.schema.json`, the JSON Schema of `irsa.yaml`. A test tells when it is stale. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchema } from "../config/schema";

writeFileSync(
  join(__dirname, "..", "irsa.schema.json"),
  `${JSON.stringify(jsonSchema(), null, 2)}\n`,
);
