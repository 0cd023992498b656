import { App } from "cdktf";
import { ConfigError } from "./config/config-error";
import { loadConfig } from "./config/load";
import { InvalidPropsError } from "./modules/validation";
import { addStacks, stackNames } from "./stacks/add-stacks";
import { reportRemovedStacks } from "./stacks/removed-stacks";
import { withoutTokenTraces } from "./stacks/synthesis";
import { warningsOf } from "./stacks/warnings";

async function main(): Promise<void> {
  const config = await loadConfig();
  // CDKTF's own validation would run Terraform, which need not be there.
  const app = new App({ skipValidation: true });
  withoutTokenTraces(() => {
    addStacks(app, config);
    app.synth();
  });

  // The CDKTF command line names an output directory, and prints warnings and a summary of its own.
  if (process.env.CDKTF_OUTDIR === undefined) {
    const removed = reportRemovedStacks(app.outdir, stackNames(config));
    for (const warning of [...warningsOf(app), ...removed]) console.error(`warning: ${warning}`);
    console.log(
      summary(
        app.outdir,
        config?.clusters?.map(({ name }) => name),
      ),
    );
  }
}

function summary(outdir: string, clusters: readonly string[] | undefined): string {
  const stacks = clusters ?? ["irsa"];
  const example = stacks[0] ?? "";
  const variables =
    clusters === undefined
      ? " --var bucket_name=BUCKET --var cluster_name=CLUSTER --var secret_prefix=PREFIX"
      : "";
  // A cluster names its region; the stack with variables takes that of the environment.
  const environment = clusters === undefined ? "AWS_REGION=REGION " : "";
  return `Wrote ${stacks.length === 1 ? "1 stack" : `${stacks.length} stacks`}:
${stacks.map((stack) => `  ${outdir}/stacks/${stack}/cdk.tf.json`).join("\n")}

Review, then apply with the CDKTF command line:
  ${environment}npx cdktf deploy ${example}${variables}
or with Terraform:
  cd ${outdir}/stacks/${example} && terraform init && ${environment}terraform apply`;
}

/** What the system refused, such as a directory that cannot be written. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    const isMistake = error instanceof ConfigError || error instanceof InvalidPropsError;
    if (!isMistake && !isSystemError(error)) throw error;
    console.error(isMistake ? error.message : `the output cannot be written: ${error.message}`);
    process.exitCode = 1;
  });
}
