#!/usr/bin/env node
import { program } from "commander";
import { clusterConfigCommand } from "./commands/cluster-config";
import { documentsCommand } from "./commands/documents";
import { isMistake, withoutKeys } from "./errors";
import { manifestsCommand } from "./commands/manifests";

program
  .name("irsa")
  .description("IAM Roles for Service Accounts on self-hosted Kubernetes")
  .addCommand(documentsCommand)
  .addCommand(clusterConfigCommand)
  .addCommand(manifestsCommand);

program.parseAsync().catch((error: unknown) => {
  if (!isMistake(error)) throw error;
  console.error(withoutKeys(error.message));
  process.exitCode = 1;
});
