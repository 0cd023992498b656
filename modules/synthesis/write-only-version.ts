import { Fn, Token } from "cdktf";

/**
 * The version of a write-only argument that follows from what the argument is made of: Terraform writes it
 * again when this number changes.
 *
 * @param origin a string that is not secret and differs when the argument does, such as the ID of a secret's version
 */
export function writeOnlyVersion(origin: string): number {
  return Token.asNumber(Fn.parseint(Fn.substr(Fn.sha1(origin), 0, 7), 16));
}
