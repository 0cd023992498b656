import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryDirectory } from "../../../sandbox/directory";

/** The exported modules, as a module's source. */
export const exported = {
  irsa: resolve("terraform/irsa"),
  role: resolve("terraform/irsa-role"),
  keyInSecretsManager: resolve("terraform/irsa-key-in-secrets-manager"),
  withoutNode: resolve("terraform/irsa-without-node"),
};

/** A directory with one Terraform configuration, as a stack has it. */
export function configuration(content: object): string {
  const directory = temporaryDirectory("configuration");
  reconfigure(directory, content);
  return directory;
}

/** Puts another configuration in the place of one that may have been applied. */
export function reconfigure(directory: string, content: object): void {
  writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(content));
}
