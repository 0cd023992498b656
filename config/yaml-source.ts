import { dirname, resolve } from "node:path";
import {
  CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import type { Path } from "../modules/validation";
import { ConfigError, type Place } from "./config-error";

/** Thousands of clusters with their roles, and far less than what exhausts the memory. */
const maxMebibytes = 16;
/** Far more than the shape has, and far less than what exhausts the stack. */
const maxDepth = 64;
const maxIndent = 2 * maxDepth;
/** What aliases may multiply the text to. */
const maxValues = 1_000_000;
/** The library looks through all of them for each. */
const maxAliases = 10_000;
const maxSyntaxErrors = 20;

/** A YAML text, as plain values and with the place of each. */
export class YamlSource {
  /** The text as plain values; null for an empty one. */
  readonly value: unknown;
  private readonly document: Document.Parsed;
  private readonly lines = new LineCounter();
  private readonly pairsOf = new WeakMap<YAMLMap, Map<unknown, Pair>>();

  /**
   * @param text YAML 1.2, at most 16 MiB
   * @param file how messages name the file
   * @param directory what a relative name of the file starts at
   * @throws {ConfigError} it does not parse, is too large or nested too deeply, has a key that is not a
   *   string, that repeats or that merges (`<<`), or refers to itself or too much by aliases
   */
  constructor(
    text: string,
    private readonly file: string,
    private readonly directory = ".",
  ) {
    if (Buffer.byteLength(text) > maxMebibytes * 1024 * 1024) {
      this.refuse(0, `must be at most ${maxMebibytes} MiB`);
    }
    const tooDeep = tooDeepAt(text);
    if (tooDeep !== undefined) {
      for (const { index } of text.slice(0, tooDeep).matchAll(/^/gm)) this.lines.addNewLine(index);
      this.refuse(tooDeep, `is nested too deeply, at most ${maxDepth} levels are read`);
    }
    this.document = parseDocument(text, {
      lineCounter: this.lines,
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
    });
    const { errors, warnings } = this.document;
    this.refuseAll([...errors, ...warnings].map(({ pos, ...error }) => [pos[0], ruleOf(error)]));
    this.refuseAll(this.nodeProblems());
    if (expandedSize(this.document) > maxValues) {
      this.refuse(0, "must have no alias that stands for itself, and few aliases of aliases");
    }
    this.value = this.document.toJS({ maxAliasCount: -1 }) as unknown;
  }

  /** The path of a file that this one names: a relative one starts where this file is. */
  resolve(name: string): string {
    return resolve(this.directory, dirname(this.file), name);
  }

  /** Where a value stands, or the key of one. */
  place(path: Path, isAboutKey: boolean): Place {
    return isAboutKey ? this.locateKey(path) : this.locate(path);
  }

  /** Where a value stands; where it is missing, what should hold it. */
  private locate(path: Path): Place {
    const nodes = [this.document.contents, ...this.nodesTo(path)];
    return this.position(nodes.flatMap((node) => offsetOf(node) ?? []).at(-1) ?? 0);
  }

  /** Where a key of a map stands, rather than its value. */
  private locateKey(path: Path): Place {
    const parent = [this.document.contents, ...this.nodesTo(path.slice(0, -1))].at(-1);
    const key = isMap(parent) ? this.pairs(parent).get(path.at(-1))?.key : undefined;
    const offset = offsetOf(key);
    return offset === undefined ? this.locate(path) : this.position(offset);
  }

  /** What stands at each step of a path. */
  private nodesTo(path: Path): unknown[] {
    let node: unknown = this.document.contents;
    return path.map((part) => {
      if (isMap(node)) node = this.pairs(node).get(part)?.value;
      else node = isSeq(node) && typeof part === "number" ? node.items[part] : undefined;
      return node;
    });
  }

  private pairs(map: YAMLMap): Map<unknown, Pair> {
    const known =
      this.pairsOf.get(map) ??
      new Map(map.items.map((pair) => [isScalar(pair.key) ? pair.key.value : undefined, pair]));
    this.pairsOf.set(map, known);
    return known;
  }

  /**
   * What the library finds too late or too slowly: it looks aliases up when values are made, compares
   * each key with every other one, and lets a plain object eat `__proto__`.
   */
  private nodeProblems(): [offset: number, message: string][] {
    const problems: [number, string][] = [];
    const anchors = new Set<string>();
    visit(this.document, {
      Node(_, node) {
        const offset = node.range?.[0] ?? 0;
        if (!isAlias(node)) {
          if (node.anchor !== undefined) anchors.add(node.anchor);
        } else if (!anchors.has(node.source)) {
          problems.push([offset, "has an alias of nothing that stands before it"]);
        }
        if (isMap(node)) problems.push(...keyProblems(node));
      },
    });
    return problems;
  }

  private position(offset: number): Place {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  private refuse(offset: number, rule: string): never {
    throw new ConfigError([{ ...this.position(offset), path: [], rule }]);
  }

  private refuseAll(problems: readonly (readonly [offset: number, rule: string])[]): void {
    if (problems.length === 0) return;
    throw new ConfigError(
      problems
        .slice(0, maxSyntaxErrors)
        .map(([offset, rule]) => ({ ...this.position(offset), path: [], rule })),
    );
  }
}

function offsetOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}

const mergeKeyRule =
  "has a merge key (<<), which is no part of YAML 1.2: write what clusters share once, under defaults";

function keyProblems({ items }: YAMLMap): [offset: number, message: string][] {
  const seen = new Set<unknown>();
  return items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const offset = key.range?.[0] ?? 0;
    if (key.value === "__proto__") return [[offset, "has a key that is reserved"]];
    if (key.value === "<<" && key.type === "PLAIN") return [[offset, mergeKeyRule]];
    if (seen.has(key.value)) return [[offset, "has a key that stands there already"]];
    seen.add(key.value);
    return [];
  });
}

/** What the library says, where that is of use to somebody who wrote a file. */
function ruleOf({ code, message }: Pick<YAMLError, "code" | "message">): string {
  switch (code) {
    case "MULTIPLE_DOCS":
      return "must be one YAML document, here begins another";
    case "NON_STRING_KEY":
      return "has a key that is not a string";
    case "TAB_AS_INDENT":
      return "is not valid YAML: tabs do not indent, use blanks";
    // These repeat the text, which may be a secret.
    case "UNEXPECTED_TOKEN":
      return "is not valid YAML: something stands here that does not belong";
    default:
      return `is not valid YAML: ${message.split("\n", 1)[0] ?? ""}`;
  }
}

/**
 * Where a string is nested more deeply than a parser that calls itself can stand: told from its tokens,
 * by open brackets, by how far a line is indented and by how many blocks begin on it.
 */
function tooDeepAt(text: string): number | undefined {
  let offset = 0;
  let brackets = 0;
  let blocks = 0;
  let lineStart = 0;
  for (const token of new Lexer().lex(text)) {
    if (isControl(token)) continue;
    const type = CST.tokenType(token) ?? "";
    const indented = blocks === 0 && brackets === 0 && !/^(space|newline|comment)$/.test(type);
    if (type === "newline") {
      lineStart = offset + token.length;
      blocks = 0;
    } else if (type === "flow-map-start" || type === "flow-seq-start") brackets++;
    else if (type === "flow-map-end" || type === "flow-seq-end") brackets--;
    else if (brackets === 0 && blockIndicators.has(type)) blocks++;
    if (brackets > maxDepth || blocks > maxDepth) return offset;
    if (indented && /^ *$/.test(text.slice(lineStart, offset)) && offset - lineStart > maxIndent) {
      return offset;
    }
    offset += token.length;
  }
  return undefined;
}

const blockIndicators: ReadonlySet<string> = new Set([
  "seq-item-ind",
  "explicit-key-ind",
  "map-value-ind",
]);

/** The lexer marks documents, scalars and the end of flow collections with characters of its own. */
function isControl(token: string): boolean {
  return token === CST.DOCUMENT || token === CST.FLOW_END || token === CST.SCALAR;
}

/**
 * How many values a document holds once each alias is what it stands for; without end for a circle, or
 * for more aliases than the library can resolve.
 */
function expandedSize(document: Document.Parsed): number {
  const anchors = new Map<string, unknown>();
  const sizes = new Map<unknown, number>();
  const open = new Set<unknown>();
  let aliases = 0;
  const size = (node: unknown): number => {
    const known = sizes.get(node);
    if (known !== undefined) return known;
    if (open.has(node)) return Infinity;
    open.add(node);
    if (isNode(node) && !isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    const own = ownSize(node);
    open.delete(node);
    sizes.set(node, own);
    return own;
  };
  const ownSize = (node: unknown): number => {
    if (isAlias(node)) return aliases++ < maxAliases ? size(anchors.get(node.source)) : Infinity;
    if (isMap(node)) return node.items.reduce((sum, { value }) => sum + size(value), 1);
    return isSeq(node) ? node.items.reduce<number>((sum, each) => sum + size(each), 1) : 1;
  };
  return size(document.contents);
}
