import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Evidence, readEvidence } from "../../modules/diagnosis";
import { isObject, parseJson } from "../io/json";
import type { Host } from "../io/host";
import { presentable } from "../io/presentable";
import { readText } from "../io/read-text";
import { UsageError } from "../io/usage-error";
import { writeFiles } from "../output/write-files";

/** Of the files, which a later version may write otherwise. */
const format = 1;

/**
 * Writes evidence: a file for each cluster, readable by its owner alone.
 *
 * @throws {UsageError} a file cannot be written, or exists and `force` is not set
 */
export async function writeEvidence(
  all: readonly Evidence[],
  { directory, force }: { readonly directory: string; readonly force?: boolean },
  host: Host,
): Promise<void> {
  const files = all.map((evidence) => {
    const text = `${JSON.stringify({ format, evidence }, undefined, 2)}\n`;
    return [`${evidence.target.cluster ?? "evidence"}.json`, { text, secret: true }] as const;
  });
  const written = writeFiles(host, directory, Object.fromEntries(files), { force });
  await host.note(written.map((path) => `Wrote ${presentable(path)}`).join("\n"));
}

/**
 * Reads what {@link writeEvidence} has written.
 *
 * @param directory the directory, or one of its files
 * @throws {UsageError} there is no such file, or it is another one
 */
export async function readEvidenceFiles(
  directory: string,
  host: Host,
): Promise<readonly Evidence[]> {
  const path = resolve(host.io.cwd, directory);
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const names = isDirectory
    ? readdirSync(path)
        .filter((name) => name.endsWith(".json"))
        .sort()
        .map((name) => join(directory, name))
    : [directory];
  if (names.length === 0) {
    throw new UsageError(
      `${presentable(directory)} has no evidence: irsa doctor --evidence writes it`,
    );
  }
  return Promise.all(names.map((name) => readFile(name, host)));
}

async function readFile(name: string, host: Host): Promise<Evidence> {
  const parsed = parseJson(await readText(name, host));
  if (!isObject(parsed) || !isObject(parsed.evidence)) {
    throw new UsageError(`${presentable(name)} must be evidence that irsa doctor --evidence wrote`);
  }
  if (parsed.format !== format) {
    throw new UsageError(
      `${presentable(name)} is of another version of irsa: its format must be ${format}`,
    );
  }
  return readEvidence(parsed.evidence);
}
