import type { Command, Option } from "commander";
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
  addCommands(root, program, "");
  await host.print(
    captured(() => {
      root.parse([...words]);
    }),
  );
}

function addCommands(root: InstanceType<Tab["RootCommand"]>, parent: Command, path: string): void {
  for (const command of parent.createHelp().visibleCommands(parent)) {
    const name = path === "" ? command.name() : `${path} ${command.name()}`;
    const added = root.command(name, command.summary());
    command
      .createHelp()
      .visibleOptions(command)
      .forEach((option) => {
        addOption(added, option);
      });
    command.registeredArguments.forEach((argument) => {
      added.argument(argument.name(), (complete) => {
        argument.argChoices?.forEach((choice) => {
          complete(choice, "");
        });
      });
    });
    addCommands(root, command, name);
  }
}

type TabCommand = ReturnType<InstanceType<Tab["RootCommand"]>["command"]>;

function addOption(command: TabCommand, { long, description, argChoices, required }: Option): void {
  const name = (long ?? "").slice(2);
  if (!required) command.option(name, description);
  else {
    command.option(name, description, (complete) => {
      argChoices?.forEach((choice) => {
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
