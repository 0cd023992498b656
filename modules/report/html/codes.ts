import { html, type Html } from "./html";
import { shown } from "./words";

/** Values as code, with commas between them. */
export function codes(values: readonly string[]): Html {
  return html`${values.map((value, index) => html`${index === 0 ? "" : ", "}<code>${shown(value)}</code>`)}`;
}
