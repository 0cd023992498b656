import { type Command, Option } from "commander";
import type { DoctorOptions } from "../actions/doctor";
import type { ExplainOptions } from "../actions/doctor/explain";
import * as shared from "../input/shared-options";
import { defaultTimeout, diagnosisFormats } from "../input/choices";
import type { Host } from "../io/host";
import { type Definition, makeCommand } from "./command";

const explainCommand: Definition<ExplainOptions> = {
  name: "explain",
  summary: "what the log of a pod means",
  description: "print what the AWS errors in a log on standard input mean, and what to do",
  options: [new Option("--json", "print a JSON list")],
  help: `Without a log, every known answer is printed.

Example:
  kubectl logs deploy/app -n shop | irsa doctor explain`,
  load: async () => (await import("../actions/doctor/explain.ts")).explain,
};

const definition: Definition<DoctorOptions> = {
  name: "doctor",
  summary: "find out why AWS refuses a pod",
  description:
    "look at the whole chain from the API server to AWS STS, read-only, and say what is broken and what to do",
  arguments: [shared.cluster()],
  options: [
    new Option("--service-account <namespace/name>", "the ServiceAccount that gets no role"),
    new Option("--pod <namespace/name>", "the pod that gets no role"),
    new Option("--role-arn <arn>", "the role that should be assumed"),
    new Option("--all", "every cluster of the configuration"),
    new Option(
      "--issuer-url <url>",
      "the issuer of a cluster that no configuration describes, in place of a cluster",
    ),
    shared.audience("of the tokens, with --issuer-url (default: sts.amazonaws.com)"),
    ...shared.clusterSource(),
    new Option(
      "--context <name>",
      "context of the kubeconfig, where {cluster} stands for the cluster's name (default: {cluster} or admin@{cluster} if there is one, else the current one; with --all no other)",
    ),
    new Option("--kubeconfig <file>", "as kubectl takes it"),
    new Option("--profile <name>", "profile of the AWS credentials (default: the cluster's)"),
    new Option("--region <region>", "region of AWS STS (default: the cluster's)"),
    new Option(
      "--call-sts",
      "assume the role with a fresh token, as a pod does; the credentials are dropped unread",
    ),
    new Option(
      "--timeout <seconds>",
      `how long to look at most, from 1 to 600 (default: ${defaultTimeout})`,
    ).argParser(shared.wholeNumber),
    new Option(
      "--evidence <directory>",
      "write what was seen there, without keys and tokens, for a colleague to diagnose with --from",
    ),
    new Option("--from <directory>", "diagnose what --evidence wrote, and look at nothing else"),
    shared.force(),
    shared.oneOf(
      "--format <format>",
      "how to print the diagnosis (default: text)",
      diagnosisFormats,
    ),
    new Option("--json", "the same as --format json"),
  ],
  help: `It reads the published documents, IAM, Terraform's outputs and, by kubectl, the cluster, and changes
nothing: its requests are GET, the creation of a token and the dry run of a pod. What cannot be read is
listed at the end, with what it would have shown.

Exit codes: 0 healthy, 1 something is broken, 3 nothing is broken in what could be looked at.

Example:
  irsa doctor prod --service-account shop/app
  irsa doctor --issuer-url https://oidc.acme.example/prod --pod shop/app-7f9c
  irsa doctor --all --format junit > irsa.xml`,
  load: async () => (await import("../actions/doctor.ts")).doctor,
};

export function doctorCommand(host: Host): Command {
  return makeCommand(definition, host)
    .enablePositionalOptions()
    .addCommand(makeCommand(explainCommand, host));
}
