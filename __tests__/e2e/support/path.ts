import { existsSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { temporaryDirectory } from "../../../sandbox/directory";

/** A PATH with all that Terraform needs, but no Node. */
export function pathWithoutNode(): string {
  const directory = temporaryDirectory("path");
  const path = (process.env.PATH ?? "").split(delimiter);
  const programs = new Set([process.env.TERRAFORM_BINARY_NAME ?? "terraform", "tofu", "git"]);
  for (const program of programs) {
    const found = path.map((parent) => join(parent, program)).find(existsSync);
    if (found !== undefined) symlinkSync(found, join(directory, program));
  }
  return directory;
}
