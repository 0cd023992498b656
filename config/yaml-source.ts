import { type Document, isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { ConfigError } from "./config-error";

/** The way to a value: keys of maps and positions in lists. */
export type Path = readonly (string | number)[];

const maxBytes = 1024 * 1024;
const maxAliases = 100;

/** A YAML text, as plain values and with the place of each. */
export class YamlSource {
  /** The text as plain values; undefined for an empty one. */
  readonly value: unknown;
  private readonly document: Document.Parsed;
  private readonly lines = new LineCounter();

  /**
   * @param text YAML 1.2, at most 1 MiB
   * @param file how messages name the file
   * @throws {ConfigError} it does not parse, is too large, or refers to itself or too much by aliases
   */
  constructor(
    text: string,
    private readonly file: string,
  ) {
    if (Buffer.byteLength(text) > maxBytes) this.refuse("must be at most 1 MiB");
    this.document = this.parse(text);
    const [error, ...more] = this.document.errors;
    if (error !== undefined) {
      throw new ConfigError(
        file,
        [error, ...more].map(({ pos, message }) => ({
          ...this.position(pos[0]),
          path: "",
          message: `is not valid YAML: ${message.split("\n", 1)[0] ?? ""}`,
        })),
      );
    }
    try {
      this.value = this.document.toJS({ maxAliasCount: maxAliases }) as unknown;
      JSON.stringify(this.value);
    } catch {
      this.refuse("must have no alias that stands for itself, and few aliases of aliases");
    }
  }

  private parse(text: string): Document.Parsed {
    try {
      return parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    } catch {
      return this.refuse("is nested too deeply");
    }
  }

  /** Where a value stands; where it is missing, what should hold it. */
  locate(path: Path): { line: number; column: number } {
    for (let length = path.length; length > 0; length--) {
      const node = this.document.getIn(path.slice(0, length), true) as
        { range?: [number, number, number] | null } | undefined;
      if (node?.range != null) return this.position(node.range[0]);
    }
    return { line: 1, column: 1 };
  }

  /** Where a key of a map stands, rather than its value. */
  locateKey(path: Path): { line: number; column: number } {
    const parent: unknown =
      path.length > 1 ? this.document.getIn(path.slice(0, -1), true) : this.document.contents;
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
      : undefined;
    const range = isScalar(pair?.key) ? pair.key.range : undefined;
    return range == null ? this.locate(path) : this.position(range[0]);
  }

  private position(offset: number): { line: number; column: number } {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  private refuse(message: string): never {
    throw new ConfigError(this.file, [{ line: 1, column: 1, path: "", message }]);
  }
}
