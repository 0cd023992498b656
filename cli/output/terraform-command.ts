import { shellWord } from "./shell-word";

/** A command of Terraform in a directory, for the user's shell. */
export function terraformIn(directory: string, command: string): string {
  return `terraform -chdir=${shellWord(directory)} ${command}`;
}
