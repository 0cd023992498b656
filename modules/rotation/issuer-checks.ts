import { readKeyIds } from "../documents";
import type { PublishedJwks } from "./evidence";
import type { IssuerFacts, ListedRole, MovingIssuer } from "./issuer-facts";
import { type Check, drainChecks, windowCheck } from "./step";
import { isoTime } from "./times";
import { trusts } from "./trusting-roles";

/** So many names are listed. */
const shownNames = 5;

/** What must be so before the steps of a move to another issuer. */
export class IssuerChecks {
  constructor(private readonly facts: IssuerFacts) {}

  nameFree(): Check {
    const name = "name-free";
    const { to } = this.facts;
    return this.facts.props.retiredIssuers.includes(to)
      ? {
          name,
          result: "failed",
          what: `${to} is among retiredIssuers: an issuer of that name has been published before.`,
          remedy: "choose another name with --name",
        }
      : { name, result: "passed", what: `No issuer has had the name ${to}.` };
  }

  /** Whether anyone can read both documents of the issuer, with every key of the cluster. */
  published(target: MovingIssuer | undefined): Check {
    const name = "published";
    const { published } = this.facts.props.evidence;
    if (target?.url === undefined) return this.notKnownYet(name, target);
    const { discovery, jwks } = published ?? {};
    const silent = answerFault(discovery) ?? answerFault(jwks);
    if (silent !== undefined) {
      return {
        name,
        result:
          discovery?.error === undefined && discovery?.status === undefined ? "unknown" : "failed",
        what: `The documents of ${target.name} cannot be read: ${silent}.`,
        remedy: "apply the stack, and publish the documents if you do that yourself",
      };
    }
    const issuer = issuerOf(discovery?.body);
    if (issuer !== target.url) {
      return {
        name,
        result: "failed",
        what: `The discovery document of ${target.name} names ${issuer ?? "no issuer"}, not ${target.url}.`,
        remedy: "apply the stack, and publish the documents if you do that yourself",
      };
    }
    const { keyIds = [] } = this.facts.props;
    if (keyIds.length === 0) {
      return {
        name,
        result: "unknown",
        what: "The kid of the cluster's keys is not known: Terraform says it when the stack is applied.",
        remedy: "apply the stack",
      };
    }
    const publishedIds = readKeyIds(jwks?.body ?? "") ?? [];
    const missing = keyIds.filter((kid) => !publishedIds.includes(kid));
    return missing.length === 0
      ? {
          name,
          result: "passed",
          what: `Anyone can read both documents of ${target.name}, with every key of the cluster.`,
        }
      : {
          name,
          result: "failed",
          what: `The JWKS of ${target.name} does not contain the cluster's key (kid ${missing.join(", ")}).`,
          remedy: "apply the stack, and publish the documents if you do that yourself",
        };
  }

  /** Whether AWS and the roles of the stack trust the issuer. */
  trusted(target: MovingIssuer | undefined): Check {
    const name = "trusted";
    if (target?.url === undefined) return this.notKnownYet(name, target);
    const { trustedIssuers } = this.facts.props.evidence;
    if (trustedIssuers === undefined) {
      return {
        name,
        result: "unknown",
        what: `Whether the stack's roles trust ${target.name} is not known: its outputs were not read.`,
        remedy: "apply the stack, or give its outputs (--terraform-output)",
      };
    }
    return trustedIssuers.includes(target.url)
      ? {
          name,
          result: "passed",
          what: `The stack was applied: its identity provider and its roles trust ${target.name}.`,
        }
      : {
          name,
          result: "failed",
          what: `The stack's roles do not trust ${target.name}.`,
          remedy: "apply the stack",
        };
  }

  /** Whether every role that trusts a former issuer trusts the one to sign as, wherever the role is made. */
  roles(former: MovingIssuer, target: MovingIssuer | undefined): Check {
    const name = "roles";
    const { roles } = this.facts.props.evidence;
    if (roles === undefined) {
      return {
        name,
        result: "unknown",
        what: `Whether every role of the account that trusts ${former.name} trusts ${this.facts.to} is not known.`,
        remedy: "give the roles of the account (--roles), as aws iam list-roles prints them",
      };
    }
    const { url: formerUrl } = former;
    if (target?.url === undefined || formerUrl === undefined) return this.notKnownYet(name, target);
    const { url } = target;
    const relying = roles.filter((role) => trusts(role, formerUrl));
    const left = relying.filter((role) => !trusts(role, url));
    return left.length === 0
      ? {
          name,
          result: "passed",
          what: `Every role that trusts ${former.name} trusts ${target.name}, too (${relying.length} of ${roles.length} roles).`,
        }
      : {
          name,
          result: "failed",
          what: `${nameList(left)} ${left.length === 1 ? "trusts" : "trust"} ${former.name} and not ${target.name}.`,
          remedy: `let ${left.length === 1 ? "it" : "them"} trust both first`,
        };
  }

  accepted(target: MovingIssuer | undefined): Check {
    const name = "accepted";
    const { evidence, isAccepted = false, apiServer } = this.facts.props;
    const { apiServers: servers = [] } = evidence;
    if (target?.url === undefined) return this.notKnownYet(name, target);
    const { url } = target;
    const without = servers.filter(({ issuers }) => !issuers.includes(url));
    if (without.length > 0) {
      return {
        name,
        result: "failed",
        what: `${without.map(({ server }) => server).join(", ")} does not accept ${target.name}.`,
        remedy: "let every API server accept the issuer first",
      };
    }
    if (servers.length > 0 || isAccepted) {
      return {
        name,
        result: "passed",
        what:
          servers.length > 0
            ? `Every API server that was looked at accepts ${target.name} (${servers.length}).`
            : `Every API server accepts ${target.name}, as --accepted says.`,
      };
    }
    return {
      name,
      result: "unknown",
      what: `Whether every API server accepts ${target.name} is not known.${apiServer.issuers === "unknown" ? ` ${apiServer.what}` : ""}`,
      remedy: "give the API servers' pods (--api-server-pods), or say so (--accepted)",
    };
  }

  windowAccepted(): Check {
    const { hardCut = false, apiServer } = this.facts.props;
    return windowCheck(hardCut, "issuers", apiServer);
  }

  /** Whether the cluster signs as the new issuer, on every API server that a token is from. */
  signs(): Check {
    const name = "signs";
    const { signing } = this.facts.props;
    const { target, tokens, to } = this.facts;
    if (signing.name !== to) {
      return { name, result: "unknown", what: `The cluster does not sign as ${to} yet.` };
    }
    if (tokens.length === 0 || target?.url === undefined) {
      return {
        name,
        result: "unknown",
        what: `Whether the cluster signs as ${to} is not known.`,
        remedy: "give a fresh token of each API server (--token)",
      };
    }
    const other = tokens.find(({ issuer }) => issuer !== target.url);
    if (other !== undefined) {
      return {
        name,
        result: "failed",
        what: `A token of ${isoTime(other.issuedAt)} names the issuer ${other.issuer}, not ${target.url}.`,
        remedy: "configure every control-plane node with the new issuer",
      };
    }
    if (tokens.some((token) => this.facts.isFromTheFuture(token))) {
      return { name, result: "failed", what: "A token is from the future: set the clocks right." };
    }
    return {
      name,
      result: "passed",
      what: `Every token that was given names ${to} (${tokens.length}).`,
    };
  }

  drained(former: MovingIssuer): Check[] {
    const { name, signedUntil } = former;
    return drainChecks(signedUntil, this.facts.drainedAt(former), this.facts.props.now, {
      unrecorded: `When the cluster has signed as ${name} last is not recorded.`,
      remedy: `take the step drain, or write signedUntil for the issuer ${name} yourself`,
      recorded: `The cluster has not signed as ${name} since`,
    });
  }

  unused(former: MovingIssuer): Check {
    const name = "unused";
    const signs = this.facts.signsAs(former);
    if (signs === undefined) {
      return {
        name,
        result: "unknown",
        what: `Whether a fresh token names ${former.name} is not known.`,
        remedy: "give a fresh token of each API server (--token)",
      };
    }
    return signs
      ? {
          name,
          result: "failed",
          what: `A fresh token names ${former.name}: the issuer is in use.`,
          remedy: "configure every control-plane node with the new issuer, and correct signedUntil",
        }
      : { name, result: "passed", what: `No fresh token names ${former.name}.` };
  }

  private notKnownYet(name: Check["name"], target: MovingIssuer | undefined): Check {
    return target === undefined
      ? { name, result: "unknown", what: `${this.facts.to} is not in the configuration yet.` }
      : {
          name,
          result: "unknown",
          what: `The URL of ${target.name} is not known: Terraform says it when the stack is applied.`,
          remedy: "apply the stack",
        };
  }
}

/** Why a document cannot be read; undefined if it can. */
function answerFault(answer: PublishedJwks | undefined): string | undefined {
  if (answer === undefined) return "they were not looked at";
  const { url, status = 200, body, error, chainError } = answer;
  if (chainError !== undefined) return `the certificate of ${url} is not trusted (${chainError})`;
  if (error !== undefined) return `${url} does not answer (${error})`;
  return body === undefined || status !== 200 ? `${url} answers ${status}` : undefined;
}

function issuerOf(text = ""): string | undefined {
  try {
    const { issuer } = JSON.parse(text) as { readonly issuer?: unknown };
    return typeof issuer === "string" ? issuer : undefined;
  } catch {
    return undefined;
  }
}

function nameList(roles: readonly ListedRole[]): string {
  const names = roles.slice(0, shownNames).map(({ name }) => name);
  const rest = roles.length - names.length;
  return `${names.join(", ")}${rest === 0 ? "" : ` and ${rest} more`}`;
}
