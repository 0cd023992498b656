/** Writes docs/reference/policies.md from the catalogue: `npm run reference:policies`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { policiesReference } from "./policies-reference";

writeFileSync(join(__dirname, "../docs/reference/policies.md"), policiesReference());
