import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { findBrowser } from "./browser";
import { temporaryDirectory } from "./directory";
import { emulatorHelp, findEmulator } from "./emulator";
import { outputOf } from "./guarded-process";

/**
 * What an end-to-end test can need: `aws`, `tls`, `tls 4.4`, `external` and `talos` are Terraform providers;
 * `terraform` is the binary of the run, be it OpenTofu's, and `opentofu` is that of OpenTofu beside it.
 */
export type CapabilityName =
  "terraform" | "opentofu" | keyof typeof providers | "browser" | "emulator" | "openssl";

/** What this machine can do. */
export interface Capabilities {
  /** Why something is not there, in one line. */
  readonly missing: Readonly<Partial<Record<CapabilityName, string>>>;
  /** The version (or the way to start it) of what is there. */
  readonly found: Readonly<Partial<Record<CapabilityName, string>>>;
  /** The command that runs Terraform. */
  readonly binary: string;
  /** The directories that hold the providers, for `terraform init -plugin-dir`. */
  readonly pluginDirectories: readonly string[];
}

/** The ranges of the stacks: the versions that are found are those that the tests run with. */
const providers = {
  aws: ">= 5.100.0, < 7.0.0",
  tls: ">= 4.0",
  /** With a write-only private key of a certificate request. */
  "tls 4.4": ">= 4.4",
  external: ">= 2.3",
  talos: ">= 0.11.0, < 0.12.0",
};

/** The namespaces of providers that are not HashiCorp's. */
const namespaces: Readonly<Record<string, string>> = { talos: "siderolabs" };

const variable = "E2E_CAPABILITIES";

/**
 * Finds out what the machine can do, by trying: it takes a few seconds, the first time on a machine
 * that downloads the providers a minute. What the environment variable `E2E_WITHOUT` names counts as
 * missing.
 *
 * @param own the binary to use; without one, the first that is there of `terraform` and `tofu`
 */
export async function detectCapabilities(
  own = process.env.TERRAFORM_BINARY_NAME,
): Promise<Capabilities> {
  const found: Partial<Record<CapabilityName, string>> = {};
  const missing: Partial<Record<CapabilityName, string>> = {};
  const pluginDirectories: string[] = [];
  const without = process.env.E2E_WITHOUT?.split(",") ?? [];
  const look = async (name: CapabilityName, find: () => Promise<string>) => {
    try {
      if (without.includes(name)) throw new Error("left out by E2E_WITHOUT");
      found[name] = await find();
    } catch (error) {
      missing[name] = oneLine(error);
    }
  };

  let binary = "terraform";
  await look("terraform", async () => {
    const terraform = await findTerraform(own ? [own] : ["terraform", "tofu"]);
    binary = terraform.binary;
    return terraform.version;
  });
  await Promise.all([
    look("opentofu", async () => (await findTerraform(["tofu"])).version),
    look("emulator", async () => {
      const emulator = await findEmulator();
      if (emulator === undefined) throw new Error(emulatorHelp);
      return emulator;
    }),
    look("browser", async () => (await findBrowser()).version),
    look("openssl", async () => {
      if (process.platform === "darwin") {
        throw new Error("programs in Go trust no root certificate of a test on macOS");
      }
      return (await outputOf(["openssl", "version"])).trim();
    }),
    ...Object.entries(providers).map(([name, range]) =>
      look(name as keyof typeof providers, async () => {
        if (missing.terraform) throw new Error("needs terraform");
        const { directory, version } = await findProvider(
          binary,
          name.split(" ", 1)[0] ?? name,
          range,
        );
        pluginDirectories.push(directory);
        return version;
      }),
    ),
  ]);
  return { missing, found, binary, pluginDirectories };
}

/** What was found for the run of which this process is a part; undefined outside of any. */
export function capabilitiesOfRun(): Capabilities | undefined {
  const json = process.env[variable];
  return json === undefined ? undefined : (JSON.parse(json) as Capabilities);
}

/** Hands what was found to the processes that this one will start. */
export function shareCapabilities(capabilities: Capabilities): void {
  process.env[variable] = JSON.stringify(capabilities);
}

async function findTerraform(
  binaries: readonly string[],
): Promise<{ binary: string; version: string }> {
  for (const binary of binaries) {
    try {
      const env = { ...process.env, CHECKPOINT_DISABLE: "1" };
      const stdout = await outputOf([binary, "version", "-json"], { env });
      // OpenTofu writes warnings about its configuration file before the JSON.
      const json = stdout.slice(stdout.indexOf("{"));
      const { terraform_version: version } = JSON.parse(json) as { terraform_version: string };
      return { binary, version };
    } catch {
      continue;
    }
  }
  throw new Error(
    binaries.length > 1
      ? `neither ${binaries.join(" nor ")} is on PATH`
      : `there is no ${binaries.join("")} on PATH`,
  );
}

async function findProvider(binary: string, name: string, version: string) {
  const directory = temporaryDirectory(`provider-${name}`);
  const source = `${namespaces[name] ?? "hashicorp"}/${name}`;
  writeFileSync(
    join(directory, "main.tf.json"),
    JSON.stringify({ terraform: { required_providers: { [name]: { source, version } } } }),
  );
  const cache = process.env.TF_PLUGIN_CACHE_DIR ?? resolve("node_modules/.cache/terraform-plugins");
  mkdirSync(cache, { recursive: true });
  const stdout = await outputOf([binary, "init", "-input=false", "-no-color"], {
    cwd: directory,
    env: { ...process.env, TF_PLUGIN_CACHE_DIR: cache, CHECKPOINT_DISABLE: "1" },
  });
  return {
    directory: join(directory, ".terraform/providers"),
    version: /Installed \S+ v(\S+)|Using \S+ v(\S+)/.exec(stdout)?.slice(1).join("") ?? version,
  };
}

function oneLine(error: unknown): string {
  const message = (error as Error).message.replace(/^.*?Error: /s, "");
  return message
    .replaceAll(/[\s│╷╵]+/g, " ")
    .trim()
    .slice(0, 400);
}
