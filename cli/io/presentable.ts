import { escapeControls, redactKeyMaterial } from "../../modules/validation";

const maxLength = 200;

/** A word of the user's, such as the name of a file, as it may stand in a message. */
export function presentable(text: string): string {
  const shown = escapeControls(redactKeyMaterial(text));
  return shown.length > maxLength ? `${shown.slice(0, maxLength)}…` : shown;
}
