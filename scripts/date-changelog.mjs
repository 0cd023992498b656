// Gives what is unreleased in CHANGELOG.md the version of package.json and today's date, the guides the
// version's tag, and the example of a fleet the version. `npm run release:version` runs it after `changeset version`.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const rewrite = (path, pattern, replacement) => {
  writeFileSync(path, readFileSync(path, "utf8").replace(pattern, replacement));
};

const today = new Date().toISOString().slice(0, 10);
rewrite("CHANGELOG.md", /^## \[Unreleased\]$/m, `## [Unreleased]\n\n## [${version}] - ${today}`);
for (const guide of readdirSync("docs/guides")) {
  rewrite(`docs/guides/${guide}`, /\?ref=v\d+\.\d+\.\d+/g, `?ref=v${version}`);
}
for (const file of readdirSync("examples/fleet", { recursive: true })) {
  const path = `examples/fleet/${file}`;
  if (!/\.ya?ml$/.test(path)) continue;
  rewrite(path, /self-hosted-irsa@\d+\.\d+\.\d+/g, `self-hosted-irsa@${version}`);
}
