import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configurationReference } from "../../scripts/configuration";

test("docs/reference/configuration.md is what `npm run reference` writes", () => {
  const path = join(__dirname, "../../docs/reference/configuration.md");
  expect(readFileSync(path, "utf8")).toBe(configurationReference());
});

test("it describes nested properties, alternatives and each policy of the catalogue", () => {
  const text = configurationReference();
  expect(text).toMatch(/^## `clusters\[\]\.bucket\.accessLogs`$/m);
  expect(text).toMatch(/^\| `secret` \| `none` or map \| \S/m);
  expect(text).toMatch(/^### Policy velero$/m);
});
