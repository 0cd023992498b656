import type { App } from "cdktf";

/** What stacks warn of, as the CDKTF command line prints it: each once, with the construct's path. */
export function warningsOf(app: App): string[] {
  const warnings = app.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === "@cdktf/warn")
        .map(({ data }) => `${node.path}: ${String(data)}`),
    );
  return [...new Set(warnings)];
}
