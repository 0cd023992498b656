/** The public API, as its sources document it: what `npm run reference` writes and tests run. */
import { join } from "node:path";
import ts from "typescript";

const root = join(__dirname, "..");

/** What users import from, and where its exports are declared. */
const entryPoints = {
  "self-hosted-irsa": "index.ts",
  "self-hosted-irsa/documents": "modules/documents/index.ts",
  "self-hosted-irsa/cluster": "modules/cluster/index.ts",
  "self-hosted-irsa/trust": "modules/trust/index.ts",
} as const;

/** A name that an entry point exports, or a member of one. */
export interface Documented {
  readonly name: string;
  readonly kind: "class" | "function" | "constant" | "type" | "member";
  /** The declaration without its body, as TypeScript. */
  readonly signature: string;
  readonly summary: string;
  /** In the order of the comment; the subject is a parameter's name or an error's class. */
  readonly tags: readonly {
    readonly tag: string;
    readonly subject: string;
    readonly text: string;
  }[];
  readonly examples: readonly string[];
  readonly members: readonly Documented[];
  /** The class that it extends. */
  readonly base: string | undefined;
}

/** An entry point with what it alone exports, and the names that an earlier one documents. */
export interface EntryPoint {
  readonly name: string;
  readonly exports: readonly Documented[];
  readonly alsoExports: readonly string[];
}

/** Reads every entry point, each with its exports in alphabetical order. */
export function readPublicApi(): EntryPoint[] {
  const files = Object.values(entryPoints).map((file) => join(root, file));
  const program = ts.createProgram(files, compilerOptions());
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Symbol>();
  return Object.entries(entryPoints).map(([name, file]) => {
    const source = program.getSourceFile(join(root, file));
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} exports nothing`);
    const exported = checker
      .getExportsOfModule(module)
      .map((each) => ({ name: each.name, symbol: resolve(checker, each) }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const own = exported.filter(({ symbol }) => !seen.has(symbol));
    own.forEach(({ symbol }) => seen.add(symbol));
    return {
      name,
      exports: own.map(({ name, symbol }) => document(checker, name, declarationOf(symbol))),
      alsoExports: exported.filter((each) => !own.includes(each)).map(({ name }) => name),
    };
  });
}

/** The options of the project's tsconfig.json. */
export function compilerOptions(): ts.CompilerOptions {
  const read = (path: string) => ts.sys.readFile(path);
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), read) as { config: object };
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options;
}

function resolve(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function declarationOf({ name, declarations: [declaration] = [] }: ts.Symbol): ts.Declaration {
  if (declaration === undefined) throw new Error(`${name} has no declaration`);
  return declaration;
}

function document(checker: ts.TypeChecker, name: string, node: ts.Declaration): Documented {
  const commented = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const [comment] = ts.getJSDocCommentsAndTags(commented).filter(ts.isJSDoc).slice(-1);
  const tags = (comment?.tags ?? []).map((tag) => ({
    tag: tag.tagName.text,
    subject: subjectOf(tag),
    text: textOf(tag.comment),
  }));
  return {
    name,
    kind: kindOf(node),
    signature: signatureOf(name, node),
    summary: comment === undefined ? inheritedSummary(checker, node) : textOf(comment.comment),
    tags,
    examples: tags.filter(({ tag }) => tag === "example").map(({ text }) => text),
    members: membersOf(node)
      .filter((member) => !isHidden(member))
      .map((member) => document(checker, memberName(member), member)),
    base: baseOf(node),
  };
}

/** What the class or interface says that the member comes from. */
function inheritedSummary(checker: ts.TypeChecker, node: ts.Declaration): string {
  const name = ts.getNameOfDeclaration(node);
  const symbol = name && checker.getSymbolAtLocation(name);
  return ts.displayPartsToString(symbol?.getDocumentationComment(checker));
}

function subjectOf(tag: ts.JSDocTag): string {
  if (ts.isJSDocParameterTag(tag)) return tag.name.getText();
  return ts.isJSDocThrowsTag(tag) ? (tag.typeExpression?.type.getText() ?? "") : "";
}

/** The text of a comment, with names of code in place of links to it. */
function textOf(comment: ts.JSDoc["comment"]): string {
  const text = ts.getTextOfJSDocComment(comment)?.trim() ?? "";
  return text.replaceAll(
    /\{@link (\S+?)(?: ([^}]+))?\}/g,
    (_, target: string, label?: string) => label ?? `\`${target}\``,
  );
}

function kindOf(node: ts.Declaration): Documented["kind"] {
  if (ts.isClassDeclaration(node)) return "class";
  if (ts.isFunctionDeclaration(node)) return "function";
  if (ts.isVariableDeclaration(node)) return "constant";
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) ? "type" : "member";
}

function membersOf(node: ts.Declaration): readonly ts.Declaration[] {
  if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) return [...node.members];
  return [];
}

/** Members that are not part of the API: private, protected, internal or without a name. */
function isHidden(node: ts.Declaration): boolean {
  const flags = ts.getCombinedModifierFlags(node);
  return (
    (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0 ||
    ts.getJSDocTags(node).some(({ tagName }) => tagName.text === "internal") ||
    ts.isIndexSignatureDeclaration(node)
  );
}

/** A static member with its class before it. */
function memberName(node: ts.Declaration): string {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  const name = ts.getNameOfDeclaration(node)?.getText() ?? "";
  const isStatic = (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;
  const owner = isStatic && ts.isClassDeclaration(node.parent) ? node.parent.name : undefined;
  return owner === undefined ? name : `${owner.text}.${name}`;
}

function baseOf(node: ts.Declaration): string | undefined {
  if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node)) return undefined;
  const names = (node.heritageClauses ?? [])
    .filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
    .flatMap(({ types }) => types.map(oneLine));
  return names.length === 0 ? undefined : names.join(", ");
}

function signatureOf(name: string, node: ts.Declaration): string {
  if (ts.isTypeAliasDeclaration(node)) {
    return `type ${name}${typeParameters(node)} = ${oneLine(node.type)}`;
  }
  if (ts.isVariableDeclaration(node)) return `const ${name}${typeOf(node)}${membersIn(node)}`;
  if (ts.isGetAccessorDeclaration(node)) return typeOf(node);
  if (ts.isFunctionLike(node)) return callable(name, node);
  if (ts.isPropertyDeclaration(node) || ts.isPropertySignature(node)) {
    return `${node.questionToken === undefined ? "" : "?"}${typeOf(node)}`;
  }
  const base = baseOf(node);
  const word = ts.isClassDeclaration(node) ? "class" : "interface";
  const parameters =
    ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) ? typeParameters(node) : "";
  return `${word} ${name}${parameters}${base === undefined ? "" : ` extends ${base}`}`;
}

function typeParameters({
  typeParameters: list,
}: {
  readonly typeParameters?: ts.NodeArray<ts.TypeParameterDeclaration>;
}): string {
  return list === undefined ? "" : `<${list.map(oneLine).join(", ")}>`;
}

/** The names in an object that says by itself what it is. */
function membersIn({ initializer }: ts.VariableDeclaration): string {
  let value = initializer;
  while (value && (ts.isAsExpression(value) || ts.isSatisfiesExpression(value))) {
    value = value.expression;
  }
  if (value === undefined || !ts.isObjectLiteralExpression(value)) return "";
  return ` = { ${value.properties.map((each) => each.name?.getText()).join(", ")} }`;
}

function callable(name: string, node: ts.SignatureDeclaration): string {
  const parameters = node.parameters.map(parameter).join(", ");
  return `${name}${typeParameters(node)}(${parameters})${typeOf(node)}`;
}

/** A parameter; one that is taken apart is called `props`. */
function parameter(node: ts.ParameterDeclaration): string {
  const name = ts.isIdentifier(node.name) ? node.name.text : "props";
  const isOptional = node.initializer !== undefined || node.questionToken !== undefined;
  const type = node.type === undefined && isOptional ? ": string" : typeOf(node);
  return `${name}${isOptional ? "?" : ""}${type}`;
}

function typeOf(node: { readonly type?: ts.TypeNode; readonly initializer?: ts.Node }): string {
  if (node.type !== undefined) return `: ${oneLine(node.type)}`;
  return node.initializer && ts.isStringLiteral(node.initializer)
    ? `: ${node.initializer.getText()}`
    : "";
}

function oneLine(node: ts.Node): string {
  return node.getText().replaceAll(/\s+/g, " ");
}
