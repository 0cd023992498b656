import { Html, html } from "./html";

/** The heading of a column; numbers are aligned to the right. */
type Column = string | { readonly number: string };

const lineBreak = new Html("\n");

/** A table with a heading for each column. @param rows a `tr` each */
export function table(columns: readonly Column[], rows: readonly Html[]): Html {
  return html`<table>
    <thead>
      <tr>
        ${columns.map((column, at) => [at === 0 ? undefined : lineBreak, heading(column)])}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function heading(column: Column): Html {
  return typeof column === "string"
    ? html`<th scope="col">${column}</th>`
    : html`<th scope="col" class="number">${column.number}</th>`;
}
