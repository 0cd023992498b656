#!/usr/bin/env node
import { program } from "commander";
import { documentsCommand } from "./documents-command";
import { isMistake } from "./errors";

program
  .name("irsa")
  .description("IAM Roles for Service Accounts on self-hosted Kubernetes")
  .addCommand(documentsCommand);

program.parseAsync().catch((error: unknown) => {
  if (!isMistake(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
