import { type Diagnosis, diagnose, type Evidence } from "../../modules/diagnosis";
import { collectEvidence } from "../evidence/collect";
import { limitsOf } from "../evidence/collected";
import { readEvidenceFiles, writeEvidence } from "../evidence/evidence-files";
import type { ConfigOptions } from "../input/configuration";
import { checkDoctorOptions, type DoctorOptions as Options } from "../input/doctor-options";
import { type DoctorTarget, readTargets } from "../input/doctor-targets";
import { exitCodes } from "../io/exit-codes";
import type { Action, Host } from "../io/host";
import { loadAwsClients } from "../io/load-aws-clients";
import { withProgress } from "../io/progress";
import { writeDiagnoses } from "../output/diagnoses";

/** Options of the command. */
export type DoctorOptions = Options & ConfigOptions;

/** Each cluster runs several processes. */
const clustersAtOnce = 4;

export const doctor: Action<DoctorOptions> = async (options, host) => {
  const format = checkDoctorOptions(options);
  const evidence =
    options.from === undefined
      ? await lookAt(await readTargets(options, host), options, host)
      : await readEvidenceFiles(options.from, host);
  const diagnoses = evidence.map(diagnose);
  const isList = options.all === true || evidence.length > 1;
  await writeDiagnoses(diagnoses, { format, isList }, host);
  if (options.evidence !== undefined) {
    await writeEvidence(evidence, { ...options, directory: options.evidence }, host);
  }
  host.exitCode = exitCodeOf(diagnoses);
};

function exitCodeOf(diagnoses: readonly Diagnosis[]): number {
  const verdicts = diagnoses.map(({ verdict }) => verdict);
  if (verdicts.includes("broken")) return exitCodes.mistake;
  return verdicts.includes("unknown") ? exitCodes.unknown : exitCodes.done;
}

async function lookAt(
  targets: readonly DoctorTarget[],
  options: DoctorOptions,
  host: Host,
): Promise<readonly Evidence[]> {
  const evidence: Evidence[] = [];
  // Loading them takes time, which would count against whoever is asked once the clocks run.
  await loadAwsClients();
  return withProgress("Looking", host, async (say) => {
    const waiting = [...targets.entries()];
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, target] = next;
        const prefix = targets.length > 1 ? `${target.name}: ` : "";
        evidence[index] = await collectEvidence(
          {
            ...(await target.read()),
            callSts: options.callSts === true,
            limits: limitsOf(options.timeout),
            say: (what) => {
              say(`${prefix}${what}`);
            },
          },
          host,
        );
      }
    };
    await Promise.all(Array.from({ length: clustersAtOnce }, work));
    return evidence;
  });
}
