import { checkRange, checkText, formatValue, roleArnRules } from "../../modules/validation";
import { parseObjectName } from "../evidence/object-name";
import { type DiagnosisFormat, diagnosisFormats } from "./choices";
import { flagName } from "./flag-name";
import { Mistakes } from "./mistakes";
import type { StackOutputOptions } from "./stack-outputs";

/** Options of `irsa doctor`. */
export interface DoctorOptions extends StackOutputOptions {
  readonly cluster?: string;
  readonly serviceAccount?: string;
  readonly pod?: string;
  readonly roleArn?: string;
  readonly all?: boolean;
  readonly issuerUrl?: string;
  readonly audience?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly callSts?: boolean;
  /** Seconds. */
  readonly timeout?: number;
  readonly evidence?: string;
  readonly from?: string;
  readonly force?: boolean;
  readonly format?: string;
  readonly json?: boolean;
}

const timeoutRule = { least: 1, greatest: 600 };

/** Options that ask for something to be looked at. */
const looking = [
  "serviceAccount",
  "pod",
  "roleArn",
  "all",
  "issuerUrl",
  "audience",
  "context",
  "kubeconfig",
  "profile",
  "region",
  "callSts",
  "timeout",
  "evidence",
  "config",
  "stackDirectory",
  "terraformOutput",
] as const satisfies readonly (keyof DoctorOptions)[];

/** Options that only go with one cluster. */
const ofOneCluster = [
  "serviceAccount",
  "pod",
  "roleArn",
  "issuerUrl",
  "stackDirectory",
  "terraformOutput",
] as const satisfies readonly (keyof DoctorOptions)[];

/**
 * Checks the options before anything is looked at.
 *
 * @returns how to print the diagnosis
 * @throws {UsageError} everything that is wrong with them
 */
export function checkDoctorOptions(options: DoctorOptions): DiagnosisFormat {
  const mistakes = new Mistakes();
  const { cluster, from, all, issuerUrl, pod, serviceAccount, roleArn, audience, timeout } =
    options;
  const given = (names: readonly (keyof DoctorOptions)[]) =>
    names.filter((name) => options[name] !== undefined).map((name) => flagName([name]));
  const refuse = (what: string, others: readonly string[]) => {
    if (others.length > 0) mistakes.add(`${what}: leave out ${others.join(", ")}`);
  };
  const clusters = cluster === undefined ? [] : ["the cluster"];
  if (from !== undefined) {
    refuse("--from looks at nothing else", [...clusters, ...given(looking)]);
  } else if (all === true) {
    refuse("--all looks at every cluster", [...clusters, ...given(ofOneCluster)]);
  } else if (issuerUrl !== undefined) {
    const ofConfiguration = given(["config", "stackDirectory", "terraformOutput"]);
    refuse("--issuer-url is in place of a cluster", [...clusters, ...ofConfiguration]);
  } else if (audience !== undefined) {
    mistakes.add("--audience goes with --issuer-url: a cluster's configuration says its own");
  }
  if (pod !== undefined) refuse("a pod has one ServiceAccount", given(["serviceAccount"]));
  for (const [name, value] of Object.entries({ pod, serviceAccount })) {
    if (value !== undefined && parseObjectName(value) === undefined) {
      mistakes.add(`${flagName([name])} must be NAMESPACE/NAME, got ${formatValue(value)}`);
    }
  }
  if (timeout !== undefined) mistakes.addViolations(checkRange(["timeout"], timeout, timeoutRule));
  if (roleArn !== undefined) mistakes.addViolations(checkText(["roleArn"], roleArn, roleArnRules));
  if (issuerUrl !== undefined && !(issuerUrl.startsWith("https://") && URL.canParse(issuerUrl))) {
    mistakes.add(`--issuer-url must begin with https://, got ${formatValue(issuerUrl)}`);
  }
  const format = formatOf(options, mistakes);
  mistakes.assertNone();
  return format;
}

function formatOf({ format, json }: DoctorOptions, mistakes: Mistakes): DiagnosisFormat {
  if (json === true) {
    if (format !== undefined && format !== "json") {
      mistakes.add("--json and --format are both given: leave one out");
    }
    return "json";
  }
  const known = diagnosisFormats.find((each) => each === (format ?? "text"));
  if (known === undefined) {
    mistakes.add(
      `--format must be one of ${diagnosisFormats.join(", ")}, got ${formatValue(format)}`,
    );
  }
  return known ?? "text";
}
