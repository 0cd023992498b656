import { Command, type Option } from "commander";
import { type Action, type Host, lazy } from "../io/host";

/** A command of the tree: what it is called and takes. What it does is loaded when it is used. */
export interface Definition<Options> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** @default summary */
  readonly description?: string;
  readonly options: readonly Option[];
  /** What stands below the options in the command's help. */
  readonly help?: string;
  readonly load: () => Promise<Action<Options>>;
}

/** A command that does something. */
export function makeCommand<Options>(definition: Definition<Options>, host: Host): Command {
  const { name, summary, description = summary, options, help, load } = definition;
  const command = new Command(name).summary(summary).description(description);
  options.forEach((option) => command.addOption(option));
  if (help !== undefined) command.addHelpText("after", `\n${help}`);
  return command.allowExcessArguments(false).action(lazy(host, load));
}

/** A command with commands of its own. */
export function makeGroup(
  name: string,
  texts: { readonly summary: string; readonly description: string },
  commands: readonly Command[],
): Command {
  const group = new Command(name).summary(texts.summary).description(texts.description);
  commands.forEach((command) => group.addCommand(command));
  return group;
}
