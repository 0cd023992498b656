import { basename, dirname } from "node:path";
import { formatYaml } from "../../modules/cluster";
import type { OutOptions } from "../input/shared-options";
import type { Host } from "../io/host";
import { presentable } from "../io/presentable";
import { writeFiles } from "./write-files";

/** A command's result, as objects that become YAML or JSON. */
export interface Result {
  readonly objects: readonly object[];
  /**
   * The objects as YAML.
   * @default - as this project writes it elsewhere
   */
  readonly yaml?: string;
  /**
   * Whether only its owner may read the file.
   * @default false
   */
  readonly secret?: boolean;
}

/** Writes a command's result to the file that is named, or to standard output. */
export async function writeResult(result: Result, options: OutOptions, host: Host): Promise<void> {
  const text =
    options.json === true ? toJson(result.objects) : (result.yaml ?? formatYaml(result.objects));
  await writeText(text, options, host, result.secret);
}

/** Writes a string to the file that is named, or to standard output. */
export async function writeText(
  text: string,
  { out, force, json }: OutOptions,
  host: Host,
  secret = false,
): Promise<void> {
  if (isPrinted(out)) {
    await host.print(text);
    return;
  }
  const files = { [basename(out)]: { text, secret } };
  await reportWritten(writeFiles(host, dirname(out), files, { force }), host, json);
}

/** Whether a result goes to standard output rather than to a file. */
export function isPrinted(out: string | undefined): out is "-" | undefined {
  return out === undefined || out === "-";
}

/** Reports the files that were written: a line each, or one JSON object. */
export async function reportWritten(
  paths: readonly string[],
  host: Host,
  json = false,
): Promise<void> {
  await host.print(
    json
      ? `${JSON.stringify({ written: paths })}\n`
      : paths.map((path) => `Wrote ${presentable(path)}\n`).join(""),
  );
}

/** Several manifests are a List, which kubectl takes as it takes documents. */
function toJson(objects: readonly object[]): string {
  const [first = {}, ...others] = objects;
  const areManifests = objects.every((object) => "apiVersion" in object && "metadata" in object);
  const value =
    others.length === 0
      ? first
      : areManifests
        ? { apiVersion: "v1", kind: "List", items: objects }
        : objects;
  return formatJson(value);
}

/** A value as the JSON that a command prints. */
export function formatJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/**
 * Why a result with a private key must not be written: a terminal would show and keep it. A pipe or a
 * redirected standard output is where the user wants it.
 *
 * @param isTerminal whether standard output is one
 * @returns nothing for a result that may be written
 */
export function terminalRefusal(
  { out, showPrivateKey }: OutOptions & { readonly showPrivateKey?: boolean },
  isTerminal: boolean,
): string | undefined {
  return isTerminal && isPrinted(out) && showPrivateKey !== true
    ? "the private key is not printed to a terminal: name a file with --out, redirect standard output, or ask for it with --show-private-key"
    : undefined;
}
