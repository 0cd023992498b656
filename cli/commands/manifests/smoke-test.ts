import { Option } from "commander";
import { smokeTestName } from "../../input/choices";
import * as shared from "../../input/shared-options";
import type { SmokeTestOptions } from "../../actions/manifests/smoke-test";
import type { Definition } from "../command";

export const smokeTestCommand: Definition<SmokeTestOptions> = {
  name: "smoke-test",
  summary: "a Job that asks AWS who it is",
  description:
    "print a Job that asks AWS who it is and may list a bucket, with its ServiceAccount and namespace",
  options: [
    ...shared.terraformOutput(),
    ...shared.region(),
    new Option(
      "--role-arn <arn>",
      "the role to assume (default: that of the ServiceAccount in Terraform's service_accounts)",
    ),
    new Option("--namespace <namespace>", "of ServiceAccount and Job").default(smokeTestName),
    new Option("--service-account-name <name>", "that the role trusts").default(smokeTestName),
    new Option(
      "--create-namespace",
      `make the namespace too, under the Pod Security standard restricted (default: for ${smokeTestName} alone)`,
    ),
    new Option("--no-create-namespace", "the namespace is there already"),
    new Option("--bucket <name>", "a bucket to list, which the role must allow"),
    new Option("--no-webhook", "write role and token into the pod"),
    shared.audience("of the token (default: sts.amazonaws.com)"),
    shared.annotationPrefix(),
    new Option("--image <image>", "with the AWS CLI (default: the one of AWS, pinned)"),
    ...shared.output(),
    new Option(
      "--explain",
      "the same as irsa doctor explain: print what the log on standard input means, and nothing else",
    ),
  ],
  help: `A Job does not change once made: delete it to run it again.

Example:
  irsa manifests smoke-test --region eu-central-1 \\
    --role-arn arn:aws:iam::111122223333:role/irsa-smoke-test --out smoke-test.yaml
  kubectl apply -f smoke-test.yaml
  kubectl logs job/irsa-smoke-test -n irsa-smoke-test --all-containers | irsa doctor explain`,
  load: async () => (await import("../../actions/manifests/smoke-test.ts")).smokeTest,
};
