import { isDeepStrictEqual } from "node:util";
import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Path } from "../modules/validation";

/** Why YAML cannot be changed at a place; completes "PLACE …". */
export class EditError extends Error {
  constructor(
    readonly path: Path,
    readonly rule: string,
  ) {
    super(rule);
  }
}

/**
 * Adds an entry at the end of a list. All lines that the change does not touch stay byte by byte.
 *
 * @param path the way to the list
 * @throws {EditError} there is no list, or it is shared by an alias
 */
export function appendItem(text: string, path: Path, value: unknown): string {
  const { document, node } = find(text, path);
  if (!isSeq(node)) throw new EditError(path, "must be a list");
  const last = node.items.at(-1);
  return edited(text, document, {
    change: () => node.items.push(document.createNode(value)),
    splice: () =>
      node.flow === true
        ? spliceIn(text, node, last, renderer(text)(value))
        : addLines(text, endOfLines(text, last), blockText([value], indentBefore(text, last))),
  });
}

/**
 * Removes an entry of a list, with the comment before it; one before the first entry is taken for the
 * list's.
 */
export function removeItem(text: string, path: Path, index: number): string {
  const { document, node } = find(text, path);
  if (!isSeq(node)) throw new EditError(path, "must be a list");
  const item = node.items[index];
  return edited(text, document, {
    change: () => node.items.splice(index, 1),
    splice: () =>
      node.flow === true
        ? spliceOut(text, node, index)
        : removeLines(text, item, { withComment: index > 0 }),
  });
}

/**
 * Sets a member of a map to a value; one that is there already must be a scalar.
 *
 * @param path the way to the map
 * @param after names of members, after the last of which a new one is put; else it is the last
 */
export function setMember(
  text: string,
  path: Path,
  name: string,
  value: unknown,
  after: readonly string[] = [],
): string {
  const { document, node } = find(text, path);
  if (!isMap(node)) throw new EditError(path, "must be a map");
  const pairs = node.items;
  const existing = pairs.find((pair) => keyOf(pair) === name);
  if (existing !== undefined) {
    return edited(text, document, {
      change: () => {
        node.set(name, value);
      },
      splice: () => replaceScalar(text, existing.value, value),
    });
  }
  const places = after.map((each) => pairs.findIndex((pair) => keyOf(pair) === each));
  const at = Math.max(-1, ...places);
  const before = at === -1 ? pairs.at(-1) : pairs[at];
  return edited(text, document, {
    change: () => {
      const place = at === -1 ? pairs.length : at + 1;
      pairs.splice(place, 0, document.createPair(name, value));
    },
    splice: () =>
      node.flow === true
        ? spliceIn(text, node, pairs.at(-1), renderPair(text, name, value))
        : addLines(
            text,
            endOfLines(text, before),
            blockText({ [name]: value }, columnOf(text, pairs[0])),
          ),
  });
}

/** Removes a member of a map; nothing happens where there is none. */
export function deleteMember(text: string, path: Path, name: string): string {
  const { document, node } = find(text, path);
  if (!isMap(node)) throw new EditError(path, "must be a map");
  const index = node.items.findIndex((pair) => keyOf(pair) === name);
  if (index === -1) return text;
  const pair = node.items[index];
  return edited(text, document, {
    change: () => node.items.splice(index, 1),
    splice: () =>
      node.flow === true
        ? spliceOut(text, node, index)
        : removeLines(text, pair, { withComment: index > 0 }),
  });
}

/** The node at a path. What an alias stands for belongs to others, too, and is not changed. */
function find(text: string, path: Path): { document: Document.Parsed; node: unknown } {
  const document = parseDocument(text, { stringKeys: true });
  let node: unknown = document.contents;
  path.forEach((part, depth) => {
    if (isAlias(node)) throw new EditError(path.slice(0, depth), "is an alias: write it out first");
    node = isCollection(node) ? node.get(part, true) : undefined;
  });
  if (isAlias(node)) throw new EditError(path, "is an alias: write it out first");
  return { document, node };
}

/** One change, as the document and as the text take it. */
interface Change {
  readonly change: () => void;
  /** @returns undefined where the text alone does not say how */
  readonly splice: () => string | undefined;
}

/**
 * The text with the change spliced in, if it reads as the document with the change does; else that document,
 * which the library writes in its own style, with comments and in order.
 */
function edited(text: string, document: Document.Parsed, { change, splice }: Change): string {
  const spliced = splice();
  change();
  if (spliced === undefined) return document.toString({ lineWidth: 0 });
  const read = parseDocument(spliced, { stringKeys: true });
  const isSame = read.errors.length === 0 && isDeepStrictEqual(valuesOf(read), valuesOf(document));
  return isSame ? spliced : document.toString({ lineWidth: 0 });
}

function valuesOf(document: Document): unknown {
  return document.toJS({ maxAliasCount: -1 });
}

function keyOf(pair: Pair): unknown {
  return isScalar(pair.key) ? pair.key.value : undefined;
}

/** From where to where an entry of a collection stands, without what follows it. */
function rangeOf(entry: unknown): [start: number, end: number] {
  const [first, last] = isPair(entry) ? [entry.key, entry.value ?? entry.key] : [entry, entry];
  const [start = 0] = (first as Node | undefined)?.range ?? [];
  const [, end = 0] = (last as Node | undefined)?.range ?? [];
  return [start, end];
}

/** Puts an entry after the last one of a collection in brackets. */
function spliceIn(
  text: string,
  collection: YAMLMap | YAMLSeq,
  last: unknown,
  shown: string,
): string {
  if (last === undefined) {
    const [start] = rangeOf(collection);
    return `${text.slice(0, start + 1)}${shown}${text.slice(start + 1)}`;
  }
  const [, end] = rangeOf(last);
  return `${text.slice(0, end)}, ${shown}${text.slice(end)}`;
}

/** Takes an entry out of a collection in brackets, with the comma beside it. */
function spliceOut(text: string, { items }: YAMLMap | YAMLSeq, index: number): string {
  const [before, item, next] = [items[index - 1], items[index], items[index + 1]].map(rangeOf);
  const [start = 0, end = 0] = item ?? [];
  const [from, to] =
    index < items.length - 1
      ? [start, next?.[0] ?? end]
      : [index === 0 ? start : (before?.[1] ?? start), end];
  return `${text.slice(0, from)}${text.slice(to)}`;
}

function replaceScalar(text: string, node: unknown, value: unknown): string | undefined {
  if (!isScalar(node)) return undefined;
  const [start, end] = rangeOf(node);
  return `${text.slice(0, start)}${renderer(text)(value)}${text.slice(end)}`;
}

/** Where the lines of an entry end, a comment on the last one included. */
function endOfLines(text: string, entry: unknown): number {
  const [, end] = rangeOf(entry);
  const lineEnd = text.indexOf("\n", text.slice(0, end).trimEnd().length);
  return lineEnd === -1 ? text.length : lineEnd + 1;
}

/** What stands on an entry's first line before it. */
function beforeOf(text: string, entry: unknown): string {
  const [start] = rangeOf(entry);
  return text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
}

/** How far the hyphen of a list's entry is indented. */
function indentBefore(text: string, entry: unknown): number {
  return beforeOf(text, entry).search(/-\s*$/);
}

/** How far a member of a map is indented; hyphens before the first one count as blanks. */
function columnOf(text: string, entry: unknown): number {
  return beforeOf(text, entry).length;
}

function blockText(value: unknown, indent: number): string {
  const lines = new Document(value).toString({ lineWidth: 0 }).trimEnd().split("\n");
  return lines.map((line) => `${" ".repeat(Math.max(indent, 0))}${line}\n`).join("");
}

function addLines(text: string, at: number, lines: string): string {
  const before = text.slice(0, at);
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const start = before.endsWith("\n") ? before : `${before}${lineEnd}`;
  return `${start}${lines.replaceAll("\n", lineEnd)}${text.slice(at)}`;
}

/** @returns undefined where something else stands on the first line */
function removeLines(
  text: string,
  entry: unknown,
  { withComment }: { readonly withComment: boolean },
): string | undefined {
  const before = beforeOf(text, entry);
  if (!/^\s*(-\s*)?$/.test(before) || (isPair(entry) && before.includes("-"))) return undefined;
  let [start] = rangeOf(entry);
  start -= before.length;
  for (;;) {
    const lineStart = text.lastIndexOf("\n", start - 2) + 1;
    if (!withComment || !/^\s*#/.test(text.slice(lineStart, start))) break;
    start = lineStart;
  }
  return `${text.slice(0, start)}${text.slice(endOfLines(text, entry))}`;
}

/** How a value is written in brackets: as JSON in a file that is JSON. */
function renderer(text: string): (value: unknown) => string {
  return isJson(text) ? (value) => JSON.stringify(value) : flowText;
}

function renderPair(text: string, name: string, value: unknown): string {
  return isJson(text)
    ? `${JSON.stringify(name)}: ${JSON.stringify(value)}`
    : `${name}: ${flowText(value)}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${name}: ${flowText(member)}`);
    return `{ ${members.join(", ")} }`;
  }
  const list = new Document([value]).toString({ collectionStyle: "flow", lineWidth: 0 });
  return list.replace(/^\[ | \]\n$/g, "");
}
