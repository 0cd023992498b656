import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import { clusterConfigCommand } from "./commands/cluster-config";
import { makeCommand } from "./commands/command";
import { completionCommands } from "./commands/completion";
import { doctorCommand } from "./commands/doctor";
import { documentsCommand } from "./commands/documents";
import { importCommand } from "./commands/import";
import { initCommand } from "./commands/init";
import { kubeconfigCommand } from "./commands/kubeconfig";
import { listCommand } from "./commands/list";
import { manifestsCommand } from "./commands/manifests";
import { migrateCommand } from "./commands/migrate";
import { reportCommand } from "./commands/report";
import { rotateCommand } from "./commands/rotate";
import { synthCommand } from "./commands/synth";
import { talosconfigCommand } from "./commands/talosconfig";
import { validateCommand } from "./commands/validate";
import { hasColors } from "./io/colors";
import { exitCodes, exitCodesText } from "./io/exit-codes";
import { Host } from "./io/host";
import type { Io } from "./io/io";

/** The program with its command tree. */
export interface Program {
  readonly command: Command;
  /**
   * Runs a command. It throws nothing and does not end the process.
   *
   * @param argv the words after `irsa`
   * @returns the exit code, see {@link exitCodes}
   */
  readonly run: (argv: readonly string[]) => Promise<number>;
}

/**
 * The command `irsa`. What a command does is loaded when it is used, so that help is quick.
 *
 * @param io where input comes from and output goes to
 */
export function createProgram(io: Io): Program {
  const host = new Host(io);
  const help: string[] = [];
  const command = new Command("irsa")
    .description("IAM Roles for Service Accounts on self-hosted Kubernetes")
    .version(version, "-V, --version", "print the version")
    .addHelpText("after", `\n${exitCodesText}`)
    // A command and one of its own commands may have an option of the same name.
    .enablePositionalOptions()
    .addCommand(makeCommand(initCommand, host))
    .addCommand(makeCommand(importCommand, host))
    .addCommand(makeCommand(validateCommand, host))
    .addCommand(makeCommand(listCommand, host))
    .addCommand(makeCommand(synthCommand, host))
    .addCommand(makeCommand(documentsCommand, host))
    .addCommand(makeCommand(reportCommand, host))
    .addCommand(clusterConfigCommand(host))
    .addCommand(manifestsCommand(host))
    .addCommand(makeCommand(rotateCommand, host))
    .addCommand(makeCommand(migrateCommand, host))
    .addCommand(doctorCommand(host))
    .addCommand(makeCommand(talosconfigCommand, host))
    .addCommand(makeCommand(kubeconfigCommand, host));
  const [script, candidates] = completionCommands(command, host);
  if (script !== undefined) command.addCommand(script);
  if (candidates !== undefined) command.addCommand(candidates, { hidden: true });
  forEachCommand(command, (each) => {
    each
      .exitOverride()
      .showSuggestionAfterError(false)
      .configureHelp({ styleTitle: (text) => `\u001b[1m${text}\u001b[0m` })
      .configureOutput({
        writeOut: (text) => help.push(text),
        writeErr: (text) => help.push(text),
        outputError: () => undefined,
        getOutHasColors: () => hasColors(io.stdout, io),
        getErrHasColors: () => hasColors(io.stderr, io),
        getOutHelpWidth: () => io.stdout.columns ?? 80,
        getErrHelpWidth: () => io.stderr.columns ?? 80,
      });
  });
  return {
    command,
    run: async (argv) => {
      try {
        await run(command, argv);
        return host.exitCode;
      } catch (error) {
        if (error instanceof CommanderError) return await endOf(error, help.join(""), host);
        const { reportError } = await import("./output/report-error.ts");
        return await reportError(error, host);
      }
    },
  };
}

async function run(command: Command, argv: readonly string[]): Promise<void> {
  // Loaded for suspicious arguments alone: help should be quick.
  if (argv.some((arg) => /[^ -~]|TfToken|e\+?\d{3}/i.test(arg))) {
    const { refuseUnsafeArguments } = await import("./input/arguments.ts");
    refuseUnsafeArguments(argv);
  }
  await command.parseAsync(argv, { from: "user" });
}

/** Help, the version, or a mistake of usage. */
async function endOf(error: CommanderError, help: string, host: Host): Promise<number> {
  try {
    if (error.exitCode === 0) {
      await host.print(help);
      return exitCodes.done;
    }
    if (error.code === "commander.help") {
      await host.note(help);
      return exitCodes.usage;
    }
    const { presentable } = await import("./io/presentable.ts");
    await host.note(presentable(error.message));
    return exitCodes.usage;
  } catch (failure) {
    const { reportError } = await import("./output/report-error.ts");
    return await reportError(failure, host);
  }
}

function forEachCommand(command: Command, call: (command: Command) => void): void {
  call(command);
  command.commands.forEach((child) => {
    forEachCommand(child, call);
  });
}
