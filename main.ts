import { App } from "cdktf";
import { IrsaStack } from "./stacks/irsa-stack";

const app = new App();
new IrsaStack(app, "irsa");
app.synth();

// The CDKTF command line names an output directory and prints a summary of its own.
if (process.env.CDKTF_OUTDIR === undefined) {
  console.log(`Wrote ${app.outdir}/stacks/irsa/cdk.tf.json and, beside it, the program that it runs at apply.

Review it, then apply it with the CDKTF command line:
  npx cdktf deploy irsa --var bucket_name=BUCKET --var cluster_name=CLUSTER --var secret_prefix=PREFIX
or with Terraform:
  cd ${app.outdir}/stacks/irsa && terraform init && terraform apply`);
}
