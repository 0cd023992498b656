import { Argument, Command } from "commander";
import type { Host } from "../io/host";

const shells = ["bash", "zsh", "fish"];

/** Completion for shells: a command that prints the script, and the one that the script calls. */
export function completionCommands(program: Command, host: Host): readonly Command[] {
  const script = new Command("completion")
    .summary("completion for bash, zsh or fish")
    .description("print a script that completes commands and options in a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .addHelpText(
      "after",
      `
Example:
  source <(irsa completion bash)
  irsa completion zsh > "\${fpath[1]}/_irsa"
  irsa completion fish > ~/.config/fish/completions/irsa.fish`,
    )
    .action(async (shell: string) => {
      const { printScript } = await import("../actions/completion.ts");
      await printScript(program, shell, host);
    });
  const candidates = new Command("complete")
    .description("print what may come next, for the scripts of completion")
    .argument("[words...]")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: string[]) => {
      const { printCandidates } = await import("../actions/completion.ts");
      await printCandidates(program, words, host);
    });
  return [script, candidates];
}
