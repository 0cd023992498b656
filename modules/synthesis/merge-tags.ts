import { Fn, Token } from "cdktf";

type Tags = Readonly<Record<string, string>>;

/** Tags that everything has, literals or a token, with those of one resource. */
export function mergeTags(shared: Tags | undefined, own: Tags): Record<string, string> {
  return Token.isUnresolved(shared)
    ? (Fn.merge([shared, own]) as Record<string, string>)
    : { ...shared, ...own };
}
