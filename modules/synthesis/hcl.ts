/** Terraform's JSON configuration syntax, resolved: what `TerraformStack.toTerraform` returns. */
export type TerraformJson = Readonly<Record<string, unknown>>;

type Body = Readonly<Record<string, unknown>>;

/**
 * Names of nested blocks in the resources that this project makes. JSON cannot tell a block from an
 * object; a test holds the list against what the provider packages say.
 */
export const nestedBlocks: ReadonlySet<string> = new Set([
  "apply_server_side_encryption_by_default",
  "condition",
  "default_action",
  "default_cache_behavior",
  "filter",
  "geo_restriction",
  "health_check",
  "lifecycle",
  "metadata_options",
  "origin",
  "postcondition",
  "precondition",
  "principals",
  "replica",
  "restrictions",
  "root_block_device",
  "rule",
  "statement",
  "validation",
  "versioning_configuration",
  "viewer_certificate",
]);

const leading = ["source", "provider", "count", "for_each", "description", "type", "default"];
const trailing = ["depends_on", "lifecycle"];
const references = new Set(["depends_on", "ignore_changes", "provider", "replace_triggered_by"]);
const lineLength = 100;

/** The parts of a configuration, as Terraform users spread them over files. */
export interface HclFiles {
  /** The `terraform` block. */
  readonly versions: string;
  readonly variables: string;
  /** Locals, providers, data sources, ephemeral resources, resources, and what became of others. */
  readonly main: string;
  readonly outputs: string;
}

/**
 * Writes Terraform JSON as HCL in the form of `terraform fmt`. CDKTF's own HCL output drops defaults
 * and `nullable` that are false, and turns `required_version` and preconditions into something that
 * Terraform does not read.
 *
 * @see {@link https://developer.hashicorp.com/terraform/language/syntax/json JSON Configuration Syntax}
 */
export function toHclFiles(json: TerraformJson): HclFiles {
  const main = [
    ...(isBody(json.locals) ? [block("locals", json.locals)] : []),
    ...entries(json.provider).flatMap(([name, instances]) =>
      list(instances).map((instance) => block(`provider "${name}"`, instance)),
    ),
    ...labelled("data", json.data),
    ...labelled("ephemeral", json.ephemeral),
    ...labelled("resource", json.resource),
    ...refactorings("moved", json.moved),
    ...refactorings("removed", json.removed),
  ];
  return {
    versions: file(isBody(json.terraform) ? [terraformBlock(json.terraform)] : []),
    variables: file(
      entries(json.variable).map(([name, body]) => variableBlock(name, body as Body)),
    ),
    main: file(main),
    outputs: file(
      entries(json.output).map(([name, body]) => block(`output "${name}"`, body as Body)),
    ),
  };
}

function labelled(kind: string, types: unknown): string[] {
  return entries(types).flatMap(([type, elements]) =>
    entries(elements).map(([name, body]) => block(`${kind} "${type}" "${name}"`, body as Body)),
  );
}

function refactorings(kind: string, blocks: unknown): string[] {
  const bareAddresses = (body: Body) =>
    Object.entries(body).map(([name, value]) => [
      name,
      typeof value === "string" ? `\${${value}}` : value,
    ]);
  return (Array.isArray(blocks) ? (blocks as Body[]) : []).map((body) =>
    block(kind, Object.fromEntries(bareAddresses(body)) as Body),
  );
}

function file(blocks: readonly string[]): string {
  return blocks.length === 0 ? "" : `${blocks.join("\n\n")}\n`;
}

function terraformBlock({ required_version, required_providers, backend, ...rest }: Body): string {
  const nested = [
    ...(isBody(required_providers)
      ? [block("required_providers", sourceFirst(required_providers))]
      : []),
    ...entries(backend).map(([type, body]) => block(`backend "${type}"`, body as Body)),
  ];
  return wrap("terraform", withBlocks(attributes({ required_version, ...rest }), nested));
}

function sourceFirst(providers: Body): Body {
  const entry = ({ source, version }: Body) => ({ source, version });
  return Object.fromEntries(
    Object.entries(providers).map(([name, body]) => [name, entry(body as Body)]),
  );
}

function variableBlock(name: string, { type, ...body }: Body): string {
  return block(`variable "${name}"`, {
    ...body,
    ...(typeof type === "string" ? { type: `\${${type}}` } : {}),
  });
}

function block(header: string, body: Body): string {
  const present = Object.entries(body).filter(
    ([name, value]) => name !== "//" && value !== undefined,
  );
  const isBlock = ([name, value]: [string, unknown]) =>
    nestedBlocks.has(name) && (isBody(value) || (Array.isArray(value) && value.every(isBody)));
  const nested = ordered(present.filter(isBlock)).flatMap(([name, value]) =>
    list(value).map((each) => block(name, each)),
  );
  const plain = attributes(Object.fromEntries(present.filter((entry) => !isBlock(entry))));
  return wrap(header, withBlocks(plain, nested));
}

function withBlocks(lines: readonly string[], nested: readonly string[]): string[] {
  return lines.length === 0 ? spaced(nested).slice(1) : [...lines, ...spaced(nested)];
}

function wrap(header: string, lines: readonly string[]): string {
  return lines.length === 0
    ? `${header} {}`
    : [`${header} {`, ...lines.map(indent), "}"].join("\n");
}

function spaced(blocks: readonly string[]): string[] {
  return blocks.flatMap((text) => ["", text]);
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

function attributes(body: Body): string[] {
  const present = Object.entries(body).filter(([, value]) => value !== undefined);
  return aligned(
    ordered(present).map(([name, value]) => [
      name,
      references.has(name) ? reference(value) : expression(value),
    ]),
  );
}

function ordered(members: readonly [string, unknown][]): [string, unknown][] {
  const rank = (name: string) =>
    leading.includes(name) ? leading.indexOf(name) - leading.length : trailing.indexOf(name) + 1;
  return [...members].sort(([a], [b]) => rank(a) - rank(b));
}

/** Equals signs stand in one column over neighbouring lines; a value of several lines ends the column. */
function aligned(pairs: readonly (readonly [string, string])[]): string[] {
  const lines: string[] = [];
  let column: (readonly [string, string])[] = [];
  const flush = () => {
    const width = Math.max(...column.map(([name]) => name.length));
    lines.push(...column.map(([name, value]) => `${name.padEnd(width)} = ${value}`));
    column = [];
  };
  for (const [name, value] of pairs) {
    if (!value.includes("\n")) {
      column.push([name, value]);
      continue;
    }
    flush();
    lines.push(`${name} = ${value}`);
  }
  flush();
  return lines;
}

function reference(value: unknown): string {
  if (!Array.isArray(value)) return bare(String(value));
  const items = value.map((item) => bare(String(item)));
  return bracketed("[", items, "]", true);
}

function bare(text: string): string {
  return /^\$\{(.*)\}$/s.exec(text)?.[1] ?? text;
}

function expression(value: unknown): string {
  if (typeof value === "string") return template(value);
  if (Array.isArray(value)) return bracketed("[", value.map(expression), "]");
  if (isBody(value))
    return object(
      Object.entries(value)
        .filter(([, each]) => each !== undefined)
        .map(([key, each]) => [key, expression(each)]),
    );
  return String(value);
}

function object(pairs: readonly (readonly [string, string])[]): string {
  if (pairs.length === 0) return "{}";
  const keyed = pairs.map(
    ([key, value]) => [/^[A-Za-z_][\w-]*$/.test(key) ? key : `"${key}"`, value] as const,
  );
  return ["{", ...aligned(keyed).map(indent), "}"].join("\n");
}

function bracketed(open: string, items: readonly string[], close: string, always = false): string {
  const line = `${open}${items.join(", ")}${close}`;
  const short = line.length <= lineLength && !line.includes("\n") && !(always && items.length > 1);
  return short ? line : [open, ...items.map((item) => `${indent(item)},`), close].join("\n");
}

/** A JSON string is a template: an expression alone stands bare, all else is quoted. */
function template(text: string): string {
  const parts = split(text);
  const [only] = parts;
  if (parts.length === 1 && only?.code === true) return broken(only.text);
  return `"${parts.map(({ text: part, code }) => (code ? `\${${part}}` : quote(part))).join("")}"`;
}

function quote(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

interface TemplatePart {
  readonly text: string;
  /** Whether the part is the inside of `${…}`. */
  readonly code: boolean;
}

function split(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let start = 0;
  for (let at = text.indexOf("${"); at !== -1; at = text.indexOf("${", Math.max(at, start))) {
    if (text[at - 1] === "$") {
      at += 2;
      continue;
    }
    const end = closing(text, at + 1);
    if (at > start) parts.push({ text: text.slice(start, at), code: false });
    parts.push({ text: text.slice(at + 2, end), code: true });
    start = end + 1;
  }
  if (start < text.length || parts.length === 0)
    parts.push({ text: text.slice(start), code: false });
  return parts;
}

const closers: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" };

/** Where the bracket that opens at `open` closes; strings, with templates inside, are stepped over. */
function closing(text: string, open: number): number {
  const close = closers[text.charAt(open)];
  for (let at = open + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === close) return at;
    if (character === '"') at = stringEnd(text, at);
    else if (character in closers) at = closing(text, at);
  }
  throw new Error(`unbalanced brackets in the expression: ${text}`);
}

function stringEnd(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith("${", at) && text[at - 1] !== "$") at = closing(text, at + 1);
    else if (text[at] === '"') return at;
  }
  throw new Error(`unbalanced quotes in the expression: ${text}`);
}

/** Breaks an expression that holds an object or is too long at its outermost brackets, and so on inwards. */
function broken(code: string): string {
  const text = redundantParentheses(code);
  const open = firstBracket(text);
  if (open === -1 || (text.length <= lineLength && !holdsObject.test(text))) return text;
  const close = closing(text, open);
  const content = text.slice(open + 1, close);
  const head = text.slice(0, open);
  const tail = text.slice(close + 1);
  if (content.startsWith("for ")) {
    return `${head}${text[open]}\n${indent(content)}\n${closers[text.charAt(open)]}${tail}`;
  }
  const inside = items(content).map((item) => item.trim());
  if (text[open] === "{") {
    return head + object(inside.map(member)) + tail;
  }
  if (text[open] === "(" && inside.length === 1) {
    return `${head}(${broken(inside[0] ?? "")})${tail}`;
  }
  const bracket = text.charAt(open);
  return head + bracketed(bracket, inside.map(broken), closers[bracket] ?? "") + tail;
}

/** The object literals that CDKTF writes have quoted keys; `terraform fmt` would space them otherwise. */
const holdsObject = /\{"[^"]*" = /;

function firstBracket(text: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') at = stringEnd(text, at);
    else if (text.charAt(at) in closers) return at;
  }
  return -1;
}

function redundantParentheses(code: string): string {
  return code.startsWith("(") && closing(code, 0) === code.length - 1 ? code.slice(1, -1) : code;
}

function member(text: string): [string, string] {
  const [, key = "", value = ""] = /^"?([^"=]*?)"?\s*=\s*(.*)$/s.exec(text) ?? [];
  return [key, broken(value)];
}

/** Splits at the commas that stand outside brackets and strings. */
function items(text: string): string[] {
  const found: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') at = stringEnd(text, at);
    else if (character in closers) at = closing(text, at);
    else if (character === ",") {
      found.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...found, text.slice(start)].filter((item) => item.trim() !== "");
}

function isBody(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function entries(value: unknown): [string, unknown][] {
  return isBody(value) ? Object.entries(value) : [];
}

function list(value: unknown): Body[] {
  return (Array.isArray(value) ? value : [value]) as Body[];
}
