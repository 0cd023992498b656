/**
 * Shows the whole thing at work on this machine, without an AWS account: `npm run sandbox`. Whatever
 * happens, nothing is left running and nothing is left behind.
 */
import { constants } from "node:os";
import { IrsaStack } from "../stacks/irsa-stack";
import {
  type Capabilities,
  capabilitiesOfRun,
  type CapabilityName,
  detectCapabilities,
} from "./capabilities";
import { openRunDirectory, removeRunDirectory } from "./directory";
import { killProcesses } from "./guarded-process";
import { LocalCloud } from "./local-cloud";
import { forgetAwsAccounts } from "./loopback";
import { signToken } from "./relying-party";
import { synthesize } from "./synthesize";
import type { Terraform } from "./terraform-runner";

const needed = ["terraform", "emulator", "aws", "tls", "external"] as const;

const registry =
  "`terraform init` must reach registry.terraform.io, or find the provider in ~/.terraform.d/plugins";

/** How to get what is missing. */
const help: Readonly<Partial<Record<CapabilityName, string>>> = {
  terraform:
    "install Terraform 1.5 or later (https://developer.hashicorp.com/terraform/install) or OpenTofu",
  aws: registry,
  tls: registry,
  external: registry,
};

function print(label: string, text = ""): void {
  console.log(`${label.padEnd(12)}${text}`.trimEnd());
}

async function timed<Value>(step: Promise<Value>): Promise<[Value, string]> {
  const start = performance.now();
  const value = await step;
  return [value, `${((performance.now() - start) / 1000).toFixed(1)} s`];
}

/** @returns whether everything is there */
function reportCapabilities({ found, missing }: Capabilities): boolean {
  const lacking = needed.filter((name) => missing[name] !== undefined);
  if (lacking.length === 0) {
    const providers = `aws ${found.aws}, tls ${found.tls}, external ${found.external}`;
    print("terraform", `${found.terraform} with the providers ${providers}`);
    print("emulator", `${found.emulator}, in place of AWS`);
    return true;
  }
  console.error("The sandbox cannot run on this machine:");
  for (const name of lacking) {
    console.error(`  ${name}: ${missing[name]}`);
    const isProvider = name !== "terraform" && name !== "emulator";
    if (isProvider && missing.terraform !== undefined) continue;
    if (help[name] !== undefined) console.error(`    ${help[name]}`);
  }
  return false;
}

async function show(cloud: LocalCloud, terraform: Terraform): Promise<void> {
  const [, applying] = await timed(terraform.apply());
  const outputs = await terraform.outputs();
  const issuer = outputs.text("issuer_url");
  const [keyId = ""] = outputs.value("key_ids") as string[];
  const { discovery, jwks } = await cloud.relyingParty.discover(issuer);
  const managed = [...(await terraform.state()).keys()].filter((name) => !name.startsWith("data."));
  print("applied", `${managed.length} resources in ${applying}`);
  print("issuer", issuer);
  print("discovery", `${issuer}/.well-known/openid-configuration`);
  print("jwks", `${discovery.jwks_uri}, keys: ${jwks.keys.map(({ kid }) => kid).join(", ")}`);
  print("provider", outputs.text("oidc_provider_arn"));
  print("secret", `${outputs.text("secret_arn")}, with the private key`);

  const secret = await cloud.api.secretString(outputs.text("secret_arn"));
  const token = { privateKeyPem: Buffer.from(secret, "base64").toString(), keyId, issuer };
  const { sub, aud } = await cloud.relyingParty.verify(await signToken(token), issuer);
  print("token", `of ${sub} for ${String(aud)}: verified by discovery alone`);
  const stray = await signToken({ ...token, audience: "vault.example.com" });
  const refusal = await cloud.relyingParty.verify(stray, issuer).then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
  if (refusal === undefined) throw new Error("a token for another audience was accepted");
  print("", `the same for vault.example.com: refused, ${refusal}`);

  const [, destroying] = await timed(terraform.destroy());
  print("destroyed", `in ${destroying}`);
}

/** @returns the exit code */
async function main(): Promise<number> {
  const capabilities = capabilitiesOfRun() ?? (await detectCapabilities());
  if (!reportCapabilities(capabilities)) return 1;
  if (capabilities.missing.openssl !== undefined) {
    print("", `without a thumbprint, for lack of openssl: ${capabilities.missing.openssl}`);
  }
  const thumbprint = capabilities.missing.openssl === undefined ? "certificate" : "none";
  const stack = synthesize(
    (app) => new IrsaStack(app, "irsa", { thumbprint, deletionProtection: false }),
  );
  const cloud = await LocalCloud.start(capabilities);
  try {
    const terraform = await cloud.terraform(stack, {
      variables: { bucket_name: "acme-oidc", cluster_name: "sandbox", secret_prefix: "talos" },
    });
    await show(cloud, terraform);
    return 0;
  } finally {
    await cloud.stop();
  }
}

let ending = false;

/** Ends everything, in whatever way the sandbox ends; what fails from then on is no news. */
async function end(code: number, error?: unknown): Promise<void> {
  if (ending) return;
  ending = true;
  if (error !== undefined) {
    console.error(error instanceof Error ? error.message : error);
    console.error("E2E_KEEP=1 keeps the logs.");
  }
  await killProcesses();
  removeRunDirectory();
  process.exit(code);
}

forgetAwsAccounts();
openRunDirectory();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(name, () => void end(128 + constants.signals[name]));
}
main().then(end, (error: unknown) => end(1, error));
