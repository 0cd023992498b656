import { redactKeyMaterial } from "../validation";
import { assumptionsOf } from "./assumptions";
import { type Link, links, type MissingEvidence } from "./diagnosis";
import type { EvidenceSource } from "./evidence";
import type { Facts } from "./facts";

/** The links in words. */
export const titles: Readonly<Record<Link, string>> = {
  "api-server": "API server",
  documents: "Published documents",
  "identity-provider": "Identity provider",
  token: "Token",
  role: "Role",
  "service-account": "ServiceAccount",
  webhook: "Webhook",
  pod: "Pod",
  sts: "AWS STS",
};

/** The links in order, with their titles. */
export const linkTitles = links.map((link) => ({ link, title: titles[link] }));

interface Source {
  /** The links that are not known without it. */
  readonly links: readonly Link[];
  /** Completes "it would have shown …". */
  readonly wouldShow: string;
  /**
   * It says something about a ServiceAccount, so that it is missing only where one is asked about.
   * @default false
   */
  readonly isOfServiceAccount?: boolean;
}

/** What each source of evidence shows. */
const sources: Readonly<Record<EvidenceSource, Source>> = {
  intended: {
    links: ["api-server"],
    wouldShow: "which issuer, audience and roles are wanted",
  },
  apiServers: {
    links: ["api-server"],
    wouldShow: "as which issuer each API server signs, and with which keys",
  },
  published: {
    links: ["documents"],
    wouldShow: "whether AWS can read the documents, and whether they contain the signing key",
  },
  account: {
    links: ["identity-provider"],
    wouldShow:
      "whether the account has the issuer's identity provider, and which audiences it takes",
  },
  token: {
    links: ["token"],
    wouldShow: "issuer, audience, lifetime and key of a token as pods have it",
    isOfServiceAccount: true,
  },
  clocks: {
    links: ["token"],
    wouldShow: "whether the clocks of the API server and of AWS agree",
    isOfServiceAccount: true,
  },
  roles: {
    links: ["role"],
    wouldShow: "whether the role exists and whom its trust policy lets in",
  },
  serviceAccount: {
    links: ["service-account"],
    wouldShow: "which role the ServiceAccount is annotated with",
    isOfServiceAccount: true,
  },
  webhook: {
    links: ["webhook"],
    wouldShow: "whether the webhook is installed and runs, and whose pods it changes",
  },
  namespace: {
    links: ["webhook"],
    wouldShow: "whether the webhook's selector excludes the namespace",
    isOfServiceAccount: true,
  },
  dryRun: {
    links: ["webhook"],
    wouldShow: "whether a new pod would get role and token",
    isOfServiceAccount: true,
  },
  pods: {
    links: ["pod"],
    wouldShow: "whether the running pods have role and token, and whether static keys win",
    isOfServiceAccount: true,
  },
  sts: { links: ["sts"], wouldShow: "what STS answers" },
};

/**
 * The links that a target has: those of a pod only where a ServiceAccount or a pod is asked about, the
 * token's also where there is one, that of STS only where it was called.
 */
export function linksOf({ evidence: { target }, name, token, sts }: Facts): Link[] {
  const hasServiceAccount = name !== undefined || target.pod !== undefined;
  const isIn: Partial<Record<Link, boolean>> = {
    token: hasServiceAccount || token !== undefined,
    "service-account": hasServiceAccount,
    pod: hasServiceAccount,
    sts: sts !== undefined,
  };
  return links.filter((link) => isIn[link] ?? true);
}

/** What is missing to tell whether a link works. */
export function missingOf(link: Link, facts: Facts): MissingEvidence[] {
  const inScope = linksOf(facts);
  const whole = Object.entries(sources).flatMap(([name, source]) => {
    const collected = facts.evidence[name as EvidenceSource];
    const counts = source.isOfServiceAccount !== true || inScope.includes("pod");
    return source.links.includes(link) && counts && "missing" in collected
      ? [{ source: name, why: collected.missing, wouldShow: source.wouldShow }]
      : [];
  });
  return [...whole, ...partsMissing(link, facts)].map((one) => ({
    ...one,
    why: redactKeyMaterial(one.why),
  }));
}

/** Sources that are there, without a part that counts. */
function partsMissing(link: Link, facts: Facts): MissingEvidence[] {
  const { evidence, dryRun, roles } = facts;
  if (link === "role" && roles !== undefined) {
    return assumptionsOf(facts).flatMap(({ roleArn, role }) =>
      role === undefined || role.missing !== undefined
        ? [
            {
              source: "roles",
              why: `${roleArn}: ${role?.missing ?? "it was not asked for"}`,
              wouldShow: sources.roles.wouldShow,
            },
          ]
        : [],
    );
  }
  if (link === "webhook" && dryRun !== undefined && "refusal" in dryRun) {
    const { wouldShow } = sources.dryRun;
    return [{ source: "dryRun", why: `it was refused: ${dryRun.refusal}`, wouldShow }];
  }
  if (link !== "api-server" || !("value" in evidence.apiServers)) return [];
  if (evidence.apiServers.value.length === 0) {
    const { wouldShow } = sources.apiServers;
    return [{ source: "apiServers", why: "no API server was found", wouldShow }];
  }
  return evidence.apiServers.value.flatMap(({ endpoint, discovery, jwks }) =>
    [discovery, jwks].flatMap((document) =>
      "missing" in document
        ? [
            {
              source: "apiServers",
              why: `${endpoint}: ${document.missing}`,
              wouldShow: sources.apiServers.wouldShow,
            },
          ]
        : [],
    ),
  );
}
