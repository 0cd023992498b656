import { explainLog } from "../../../cluster";
import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const stsRefused: DiagnosisRule = {
  code: "IRSA-DIAG-STS-REFUSED",
  link: "sts",
  means: "STS refuses the call, or does not answer, and nothing earlier in the chain says why.",
  remedy:
    "Look at the answer; wait a few minutes after a change, since AWS keeps documents and policies for a while.",
  sources: [documentation.assumeRole],
  consequenceOf: "every error",
  find: (facts) => {
    const { sts } = facts;
    const said = `${sts?.code ?? ""}: ${sts?.message ?? ""}`;
    return when(sts?.isAllowed === false, () => {
      const [known] = explainLog(said);
      return {
        what:
          known === undefined
            ? "STS refuses the call"
            : `STS refuses the call: ${lower(known.what)}`,
        expected: "credentials",
        actual: said,
        remedy:
          known?.remedy ??
          "Run it again in a few minutes: AWS keeps documents and policies for a while.",
      };
    });
  },
};

function lower(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? `${text[0]?.toLowerCase()}${text.slice(1)}` : text;
}
