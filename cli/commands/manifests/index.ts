import { Command } from "commander";
import { addOnsCommand } from "./add-ons";
import { serviceAccountsCommand } from "./service-accounts";
import { smokeTestCommand } from "./smoke-test";

export const manifestsCommand = new Command("manifests")
  .summary("what to install: add-ons, ServiceAccounts, a smoke test")
  .description("print what a cluster needs so that its pods get roles")
  .addCommand(addOnsCommand)
  .addCommand(serviceAccountsCommand)
  .addCommand(smokeTestCommand);
