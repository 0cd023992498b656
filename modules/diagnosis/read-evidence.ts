import { z } from "zod";
import type { Evidence, EvidenceSource, Target } from "./evidence";

const texts = z.array(z.string());
const textMap = z.record(z.string(), z.string());
const objectMap = z.record(z.string(), z.unknown());

const certificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
  sha1: z.string(),
});

const answer = z.object({
  url: z.string(),
  status: z.number().optional(),
  headers: textMap,
  body: z.string().optional(),
  isTruncated: z.boolean().optional(),
  milliseconds: z.number(),
  error: z.string().optional(),
  chain: z.array(certificate).optional(),
  chainError: z.string().optional(),
});

const pod = z.object({
  namespace: z.string(),
  name: z.string(),
  serviceAccount: z.string(),
  createdAt: z.string().optional(),
  isHostNetwork: z.boolean(),
  annotations: textMap,
  labels: textMap.optional(),
  fsGroup: z.number().optional(),
  runAsUser: z.number().optional(),
  containers: z.array(
    z.object({
      name: z.string(),
      isInit: z.boolean(),
      env: z.record(z.string(), z.union([z.string(), z.literal(true)])),
      envFrom: texts,
      mounts: textMap,
      runAsUser: z.number().optional(),
    }),
  ),
  projectedTokens: z.array(
    z.object({
      volume: z.string(),
      path: z.string(),
      audience: z.string().optional(),
      expirationSeconds: z.number().optional(),
      mode: z.number().optional(),
    }),
  ),
});

const collectedText = z.union([z.object({ value: z.string() }), z.object({ missing: z.string() })]);

const provenance = z.enum(["iam", "terraform"]).optional();

/** The form of each source. */
const sources = {
  intended: z.object({
    issuerUrl: z.string(),
    audiences: texts,
    region: z.string().optional(),
    partition: z.string().optional(),
    distribution: z.string().optional(),
    form: z.string().optional(),
    keyIds: texts.optional(),
    identityProviderArn: z.string().optional(),
    acceptedIssuers: texts,
    roles: z.array(
      z.object({
        name: z.string(),
        arn: z.string().optional(),
        serviceAccounts: texts,
        primaryFor: texts.optional(),
      }),
    ),
  }),
  published: z.object({ discovery: answer, jwks: answer.optional() }),
  account: z.object({
    source: provenance,
    accountId: z.string(),
    partition: z.string(),
    providers: z.array(
      z.object({ arn: z.string(), url: z.string(), clientIds: texts, thumbprints: texts }),
    ),
  }),
  roles: z.array(
    z.object({
      arn: z.string(),
      source: provenance,
      missing: z.string().optional(),
      exists: z.boolean().optional(),
      trustPolicy: z.unknown().optional(),
      maxSessionDuration: z.number().optional(),
      permissionsBoundaryArn: z.string().optional(),
    }),
  ),
  apiServers: z.array(
    z.object({ endpoint: z.string(), discovery: collectedText, jwks: collectedText }),
  ),
  token: z.object({
    header: objectMap,
    claims: objectMap,
    verifiedByPublished: z.union([z.string(), z.literal(false)]).optional(),
    requestedAt: z.string(),
  }),
  serviceAccount: z.object({
    namespace: z.string(),
    name: z.string(),
    exists: z.boolean(),
    annotations: textMap,
    createdAt: z.string().optional(),
    annotatedAt: z.string().optional(),
  }),
  namespace: z.object({ name: z.string(), labels: textMap }),
  webhook: z.object({
    hooks: z.array(
      z.object({
        name: z.string(),
        failurePolicy: z.enum(["Fail", "Ignore"]),
        createdAt: z.string().optional(),
        namespaceSelector: z.unknown().optional(),
        objectSelector: z.unknown().optional(),
        authorities: z.array(certificate),
        service: z.string().optional(),
        readyEndpoints: z.number().optional(),
        pods: z.array(
          z.object({
            name: z.string(),
            isReady: z.boolean(),
            restarts: z.number(),
            waiting: z.string().optional(),
            args: texts,
          }),
        ),
        certificate: certificate.optional(),
      }),
    ),
  }),
  dryRun: z.union([z.object({ pod }), z.object({ refusal: z.string() })]),
  pods: z.array(pod),
  sts: z.object({
    endpoint: z.string(),
    roleArn: z.string(),
    isAllowed: z.boolean(),
    code: z.string().optional(),
    message: z.string().optional(),
  }),
  clocks: z.array(
    z.object({
      server: z.string(),
      of: z.enum(["aws", "apiServer", "issuer"]),
      time: z.string(),
      localTime: z.string(),
    }),
  ),
} satisfies Record<EvidenceSource, z.ZodType>;

const targetSchema = z.object({
  cluster: z.string().optional(),
  serviceAccount: z.string().optional(),
  pod: z.string().optional(),
  roleArn: z.string().optional(),
});

/**
 * Reads evidence that was stored. A source that is not of its form counts as missing, so that a file that
 * somebody has cut or edited is diagnosed as far as it goes.
 *
 * @param json parsed; anything
 *
 * @example
 * readEvidence(JSON.parse(readFileSync("evidence.json", "utf8")));
 */
export function readEvidence(json: unknown): Evidence {
  const given = objectMap.safeParse(json).data ?? {};
  const target: Target = targetSchema.safeParse(given.target).data ?? {};
  const collectedAt = typeof given.collectedAt === "string" ? given.collectedAt : "";
  const read = Object.entries(sources).map(([name, schema]) => [
    name,
    readSource(given[name], schema),
  ]);
  return { collectedAt, target, ...Object.fromEntries(read) } as Evidence;
}

function readSource(given: unknown, schema: z.ZodType): { value: unknown } | { missing: string } {
  const source = objectMap.safeParse(given).data;
  if (source === undefined) return { missing: "it is not in the evidence" };
  if (typeof source.missing === "string") return { missing: source.missing };
  const { success, data, error } = schema.safeParse(source.value);
  if (success) return { value: data };
  const place = error.issues[0]?.path.join(".") ?? "";
  return { missing: `the evidence is not of the expected form${place && `, at ${place}`}` };
}
