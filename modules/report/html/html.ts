import { escapeControls } from "../../validation";

/** Markup: what is in it has been escaped. */
export class Html {
  constructor(readonly markup: string) {}
}

type Part = Html | string | number | readonly Part[] | undefined;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Markup of a template. Everything that is put into it is escaped, for the content of an element and for an
 * attribute in quotes, except for markup that this function has made. It is for no other place: not for
 * scripts, styles, names or comments.
 *
 * @example
 * html`<p title="${"a\"b"}">${"<script>"}</p>`.markup; // '<p title="a&quot;b">&lt;script&gt;</p>'
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const pieces = written.get(strings) ?? strings.map((piece) => piece.replace(/\s*\n\s*/g, "\n"));
  written.set(strings, pieces);
  return new Html(pieces.map((piece, index) => piece + markupOf(parts[index])).join(""));
}

/** The templates without the indentation that they have in the source. */
const written = new WeakMap<TemplateStringsArray, readonly string[]>();

function markupOf(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.markup;
  if (typeof part === "object") return part.map(markupOf).join("");
  return escapeControls(String(part)).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
