import { type Argument, Command, type Option } from "commander";
import { type Action, type Host, lazy } from "../io/host";

/** A command of the tree: what it is called and takes. What it does is loaded when it is used. */
export interface Definition<Options> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** @default summary */
  readonly description?: string;
  /**
   * Words without a flag; an action finds them among its options, by their names.
   * @default - none
   */
  readonly arguments?: readonly Argument[];
  readonly options: readonly Option[];
  /** What stands below the options in the command's help. */
  readonly help?: string;
  readonly load: () => Promise<Action<Options>>;
}

/** A command that does something. */
export function makeCommand<Options>(definition: Definition<Options>, host: Host): Command {
  const { name, summary, description = summary, options, help, load } = definition;
  const words = definition.arguments ?? [];
  const command = new Command(name).summary(summary).description(description);
  words.forEach((word) => command.addArgument(word));
  options.forEach((option) => command.addOption(option));
  if (help !== undefined) command.addHelpText("after", `\n${help}`);
  const act = lazy(host, load);
  return command.allowExcessArguments(false).action(async (...given: unknown[]) => {
    const named = words.map((word, index) => [word.name(), given[index]] as const);
    await act({ ...(given[words.length] as Options), ...Object.fromEntries(named) });
  });
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
