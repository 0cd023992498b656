import type { Diagnosis } from "../../modules/diagnosis";
import type { DiagnosisFormat } from "../input/choices";
import { hasColors } from "../io/colors";
import type { Host } from "../io/host";
import { formatDiagnosis, formatSummary } from "./diagnosis-text";
import { formatJunit } from "./junit";
import { formatJson } from "./result";

/** Prints diagnoses. @param isList print a list, even of one */
export async function writeDiagnoses(
  diagnoses: readonly Diagnosis[],
  { format, isList }: { readonly format: DiagnosisFormat; readonly isList: boolean },
  host: Host,
): Promise<void> {
  const [only] = diagnoses;
  if (format === "junit") await host.print(formatJunit(diagnoses));
  else if (format === "json") await host.print(formatJson(isList ? diagnoses : (only ?? [])));
  else {
    const { io } = host;
    const isColored = hasColors(io.stdout, io);
    const texts = diagnoses.map((diagnosis) => formatDiagnosis(diagnosis, isColored));
    if (isList) texts.push(formatSummary(diagnoses, isColored));
    await host.print(texts.join("\n"));
  }
}
