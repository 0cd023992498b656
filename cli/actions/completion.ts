import type { Argument, Command, Option } from "commander";
import type { Host } from "../io/host";

type Tab = typeof import("@bomb.sh/tab");

/** Prints the script that a shell loads; it asks `irsa complete` for what may come next. */
export async function printScript(program: Command, shell: string, host: Host): Promise<void> {
  const { script } = await import("@bomb.sh/tab");
  await host.print(
    captured(() => {
      script(shell, program.name(), program.name());
    }),
  );
}

/** Prints what may come after the words so far, the last of them not finished. */
export async function printCandidates(
  program: Command,
  words: readonly string[],
  host: Host,
): Promise<void> {
  const tab = await import("@bomb.sh/tab");
  const root = new tab.RootCommand();
  addCommands(root, program, "", await clusterNames(host));
  await host.print(
    captured(() => {
      root.parse([...words]);
    }),
  );
}

/** The clusters of the configuration; none where it cannot be read. */
async function clusterNames(host: Host): Promise<readonly string[]> {
  try {
    const { readConfiguration } = await import("../input/configuration.ts");
    const { clusters = [] } = await readConfiguration({}, host);
    return clusters.map(({ name }) => name);
  } catch {
    return [];
  }
}

function addCommands(
  root: InstanceType<Tab["RootCommand"]>,
  parent: Command,
  path: string,
  clusters: readonly string[],
): void {
  for (const command of parent.createHelp().visibleCommands(parent)) {
    const name = path === "" ? command.name() : `${path} ${command.name()}`;
    const added = root.command(name, command.summary());
    command
      .createHelp()
      .visibleOptions(command)
      .forEach((option) => {
        addOption(added, option, clusters);
      });
    command.registeredArguments.forEach((argument) => {
      const offer = (complete: (value: string, description: string) => void) => {
        choicesOf(argument, clusters).forEach((choice) => {
          complete(choice, "");
        });
      };
      added.argument(argument.name(), offer, argument.variadic);
    });
    addCommands(root, command, name, clusters);
  }
}

type TabCommand = ReturnType<InstanceType<Tab["RootCommand"]>["command"]>;

/** What may be given for an argument or an option, as far as that is known. */
function choicesOf(word: Argument | Option, clusters: readonly string[]): readonly string[] {
  const isCluster = ["cluster", "stack"].includes(word.name());
  return word.argChoices ?? (isCluster ? clusters : []);
}

function addOption(command: TabCommand, option: Option, clusters: readonly string[]): void {
  const { long, description, required } = option;
  const name = (long ?? "").slice(2);
  if (!required) command.option(name, description);
  else {
    command.option(name, description, (complete) => {
      choicesOf(option, clusters).forEach((choice) => {
        complete(choice, "");
      });
    });
  }
}

/** What the library writes with `console.log`, as text. */
function captured(call: () => void): string {
  const { log } = console;
  const lines: string[] = [];
  console.log = (line: string) => {
    lines.push(line);
  };
  try {
    call();
  } finally {
    console.log = log;
  }
  return lines.map((line) => `${line}\n`).join("");
}
