/** A string as both kinds of configuration contain PEM. */
export function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}
