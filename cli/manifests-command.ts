import { Command } from "commander";
import { addOnsCommand } from "./add-ons-command";
import { serviceAccountsCommand } from "./service-accounts-command";
import { smokeTestCommand } from "./smoke-test-command";

export const manifestsCommand = new Command("manifests")
  .summary("what to install: add-ons, ServiceAccounts, a smoke test")
  .description("print what a cluster needs so that its pods get roles")
  .addCommand(addOnsCommand)
  .addCommand(serviceAccountsCommand)
  .addCommand(smokeTestCommand);
