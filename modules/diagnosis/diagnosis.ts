import { z } from "zod";

/** The links of the chain of trust, from the API server that signs to the answer of STS. */
export const links = [
  "api-server",
  "documents",
  "identity-provider",
  "token",
  "role",
  "service-account",
  "webhook",
  "pod",
  "sts",
] as const;

/** A link of the chain of trust. */
export type Link = (typeof links)[number];

const verdict = z.enum(["healthy", "broken", "unknown"]);
const link = z.enum(links);

const findingSchema = z
  .strictObject({
    code: z
      .string()
      .meta({ description: "Stable across releases; see docs/reference/findings.md." }),
    severity: z
      .enum(["error", "warning", "info"])
      .meta({ description: "An error breaks the chain, a warning may, info only tells." }),
    link: link.meta({ description: "The link of the chain that it is about." }),
    what: z.string().meta({ description: "What is wrong, in one sentence." }),
    expected: z.string().optional().meta({ description: "What was to be found." }),
    actual: z.string().optional().meta({ description: "What was found instead." }),
    remedy: z.string().optional().meta({ description: "What to do: a sentence or a command." }),
    answer: z.string().optional().meta({ description: "What AWS STS answers in this case." }),
    sources: z.array(z.string()).meta({ description: "Where this is documented: URLs." }),
  })
  .meta({ description: "Something that was found." });

const missingSchema = z
  .strictObject({
    source: z.string().meta({ description: "The source of evidence, as it is named there." }),
    why: z.string().meta({ description: "Why it is missing." }),
    wouldShow: z.string().meta({ description: "What it would have shown." }),
  })
  .meta({ description: "Evidence that is missing." });

const linkSchema = z
  .strictObject({
    link,
    title: z.string().meta({ description: "The link in words." }),
    verdict: verdict.meta({
      description:
        "broken: there is an error; unknown: evidence is missing; healthy: everything was seen and nothing is wrong, except warnings.",
    }),
    findings: z.array(findingSchema).meta({ description: "The cause first." }),
    missing: z.array(missingSchema).meta({ description: "Evidence that the verdict lacks." }),
  })
  .meta({ description: "A link of the chain of trust." });

/** The output of `irsa doctor`, as a schema: the one definition of its types and of its JSON Schema. */
const diagnosisSchema = z
  .strictObject({
    target: z
      .strictObject({
        cluster: z.string().optional().meta({ description: "The cluster's name." }),
        serviceAccount: z.string().optional().meta({ description: "NAMESPACE/NAME." }),
        pod: z.string().optional().meta({ description: "NAMESPACE/NAME." }),
        roleArn: z.string().optional().meta({ description: "The ARN of a role." }),
      })
      .meta({ description: "What was asked about." }),
    collectedAt: z
      .string()
      .meta({ description: "When the evidence was collected, ISO 8601; empty: not known." }),
    verdict: verdict.meta({ description: "That of the chain." }),
    top: findingSchema.optional().meta({
      description: "What to look at first: the first error, without errors the first warning.",
    }),
    links: z.array(linkSchema).meta({
      description: "The links that the target has, in the order of the chain.",
    }),
  })
  .meta({ title: "Diagnosis", description: "What `irsa doctor` says about a cluster." });

/** Whether a link, or the whole chain, works. */
export type Verdict = z.infer<typeof verdict>;

/** A finding, the link that it is about, what STS answers and where that is documented. */
export type DiagnosisFinding = z.infer<typeof findingSchema>;

/** Evidence that is missing, and what it would have shown. */
export type MissingEvidence = z.infer<typeof missingSchema>;

/** A link of the chain with its verdict. */
export type LinkDiagnosis = z.infer<typeof linkSchema>;

/** Where a cluster's chain of trust is broken, and why. */
export type Diagnosis = z.infer<typeof diagnosisSchema>;

/**
 * The JSON Schema of a {@link Diagnosis}.
 *
 * @see {@link https://json-schema.org/draft/2020-12 JSON Schema 2020-12}
 */
export function diagnosisJsonSchema(): object {
  return { ...z.toJSONSchema(diagnosisSchema), $id: "irsa-doctor.schema.json" };
}
