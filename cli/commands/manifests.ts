import type { Command } from "commander";
import type { Host } from "../io/host";
import { makeCommand, makeGroup } from "./command";
import { addOnsCommand } from "./manifests/add-ons";
import { serviceAccountsCommand } from "./manifests/service-accounts";
import { smokeTestCommand } from "./manifests/smoke-test";

export function manifestsCommand(host: Host): Command {
  return makeGroup(
    "manifests",
    {
      summary: "what to install: add-ons, ServiceAccounts, a smoke test",
      description: "print what a cluster needs so that its pods get roles",
    },
    [
      makeCommand(addOnsCommand, host),
      makeCommand(serviceAccountsCommand, host),
      makeCommand(smokeTestCommand, host),
    ],
  );
}
