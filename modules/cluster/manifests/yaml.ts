import { Document, isNode, type Pair, visit } from "yaml";

/** Comments by the dotted path of the member above which they stand. */
export type YamlComments = Readonly<Record<string, string>>;

const commentWidth = 98;

/**
 * YAML of one object or, as documents of one stream, of several. Members keep their order, no line is
 * folded, no anchor is written: the same objects give the same bytes.
 *
 * @param objects what `JSON.stringify` takes
 * @param comments for the first object
 * @see {@link https://yaml.org/spec/1.2.2/ YAML 1.2.2}
 *
 * @example
 * formatYaml([{ kind: "Namespace" }], { kind: "the first one" }); // "# the first one\nkind: Namespace\n"
 */
export function formatYaml(
  objects: object | readonly object[],
  comments: YamlComments = {},
): string {
  const list: readonly object[] = Array.isArray(objects) ? objects : [objects];
  return list
    .map((object, index) => documentText(object, index === 0 ? comments : {}))
    .join("---\n");
}

/**
 * YAML as Terraform's `yamlencode` writes it: members in lexical order, strings in double quotes, and those
 * of several lines as a block.
 *
 * @param objects what `JSON.stringify` takes, one for each document
 * @see {@link https://developer.hashicorp.com/terraform/language/functions/yamlencode yamlencode}
 */
export function formatYamlAsTerraform(objects: readonly object[]): string {
  return objects
    .map((object) => {
      const document = new Document(object, { aliasDuplicateObjects: false, sortMapEntries: true });
      visit(document, {
        Scalar(key, node) {
          if (typeof node.value !== "string") return;
          const isBlock = key !== "key" && node.value.includes("\n");
          node.type = isBlock ? "BLOCK_LITERAL" : "QUOTE_DOUBLE";
        },
      });
      return document.toString({ lineWidth: 0, indentSeq: false });
    })
    .join("---\n");
}

function documentText(object: object, comments: YamlComments): string {
  const document = new Document(object, {
    aliasDuplicateObjects: false,
    // kubectl and others read YAML 1.1, where a bare no, on or y is a boolean.
    compat: "yaml-1.1",
  });
  visit(document, {
    Pair(_, pair, ancestors) {
      const comment = comments[[...ancestors, pair].map(keyOf).filter(Boolean).join(".")];
      if (comment !== undefined && isNode(pair.key)) pair.key.commentBefore = wrapped(comment);
    },
  });
  return document.toString({ lineWidth: 0 });
}

function keyOf(node: unknown): string {
  const { key } = node as Pair<{ value?: unknown } | undefined>;
  return typeof key?.value === "string" ? key.value : "";
}

function wrapped(comment: string): string {
  const lines = [""];
  for (const word of comment.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line.length + word.length >= commentWidth) lines.push(` ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join("\n");
}
