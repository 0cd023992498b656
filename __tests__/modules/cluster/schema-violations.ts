import { spawnSync } from "node:child_process";

/**
 * What the schemas of the Kubernetes API, Flux and Argo CD have against manifests: a list each, empty
 * for a good one. Members that a schema does not know are violations too.
 */
export function schemaViolations(manifests: readonly object[]): string[][] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [require.resolve("./kubernetes-schemas.mjs")],
    { encoding: "utf8", input: JSON.stringify(manifests) },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[][];
}
