import { readKeyIds } from "../documents";
import type { KeyFacts, RotatingKey } from "./key-facts";
import { type Check, drainChecks, windowCheck } from "./step";
import { addSeconds, isoTime } from "./times";

/** How long relying parties may keep a JWKS: the API server's own says `max-age=3600`. */
const cacheSeconds = 3600;

/** What must be so before the steps of a change. */
export class KeyChecks {
  constructor(private readonly facts: KeyFacts) {}

  keyChangeable(): Check {
    const { takesKey, what } = this.facts.props.apiServer;
    return takesKey
      ? {
          name: "key-changeable",
          result: "passed",
          what: "The cluster's configuration can name another signing key.",
        }
      : {
          name: "key-changeable",
          result: "failed",
          what,
          remedy: "make a new cluster beside this one, or stay with the key",
        };
  }

  nameFree(): Check {
    const name = "name-free";
    const { to } = this.facts;
    return this.facts.props.retiredKeys.includes(to)
      ? {
          name,
          result: "failed",
          what: `${to} is among retiredKeys: a key of that name has been published before.`,
          remedy: "choose another name with --to",
        }
      : { name, result: "passed", what: `No key has had the name ${to}.` };
  }

  published(target: RotatingKey | undefined): Check {
    const name = "published";
    const { jwks } = this.facts;
    if (target === undefined) {
      return { name, result: "unknown", what: `${this.facts.to} is not in the configuration yet.` };
    }
    if (target.keyIds === undefined || target.keyIds.length === 0) {
      return {
        name,
        result: "unknown",
        what: `The kid of ${target.name} is not known: Terraform says it when the stack is applied.`,
        remedy: "apply the stack",
      };
    }
    if ("unknown" in jwks) {
      return {
        name,
        result: "unknown",
        what: `Whether ${target.name} is published is not known: ${jwks.unknown}.`,
        remedy: "give the published JWKS with its headers (--jwks)",
      };
    }
    return this.facts.isPublished(target) === true
      ? { name, result: "passed", what: `The JWKS contains ${target.name}.` }
      : {
          name,
          result: "failed",
          what: `The JWKS does not contain ${target.name} (kid ${target.keyIds.join(", ")}).`,
          remedy: "apply the stack, and publish the documents if you do that yourself",
        };
  }

  cachesExpired(target: RotatingKey | undefined, published: Check): Check {
    const name = "caches-expired";
    if (target === undefined || published.result !== "passed") {
      return {
        name,
        result: "unknown",
        what: "An hour after the key is published, no cache of the JWKS is without it.",
      };
    }
    const since = this.facts.publishedSince(target);
    if (since === undefined) {
      return {
        name,
        result: "unknown",
        what: "Since when the key is published is not known: the JWKS came without Last-Modified.",
        remedy: "give the JWKS with its headers (--jwks), or state the time (--published-since)",
      };
    }
    const at = addSeconds(since, cacheSeconds);
    return at.getTime() <= this.facts.props.now.getTime()
      ? {
          name,
          result: "passed",
          what: `The key has been published since ${isoTime(since)}, for an hour or more.`,
        }
      : {
          name,
          result: "waiting",
          what: `The JWKS has been as it is since ${isoTime(since)}: caches may be without the key until ${isoTime(at)}.`,
          at,
        };
  }

  accepted(target: RotatingKey | undefined): Check {
    const name = "accepted";
    const { evidence, apiServer } = this.facts.props;
    const servers = evidence.apiServers ?? [];
    const { keyIds = [] } = target ?? {};
    const of = target?.name ?? this.facts.to;
    if (servers.length === 0 || keyIds.length === 0) {
      return {
        name,
        result: "unknown",
        what: `Whether every API server accepts ${of} is not known.${apiServer.keys === "unknown" ? ` ${apiServer.what}` : ""}`,
        remedy: "give the JWKS of each API server (--api-server-jwks)",
      };
    }
    const answers = servers.map(({ endpoint, jwks }) => ({
      endpoint,
      keyIds: "value" in jwks ? readKeyIds(jwks.value) : undefined,
    }));
    const silent = answers.filter((answer) => answer.keyIds === undefined);
    const without = answers.filter((answer) =>
      keyIds.some((kid) => answer.keyIds?.includes(kid) === false),
    );
    if (without.length > 0) {
      return {
        name,
        result: "failed",
        what: `${names(without)} does not accept ${of}.`,
        remedy: "let every API server accept the key first",
      };
    }
    return silent.length > 0
      ? { name, result: "unknown", what: `${names(silent)} has no JWKS.`, remedy: "ask it again" }
      : {
          name,
          result: "passed",
          what: `Every API server that was asked accepts ${of} (${servers.length}).`,
        };
  }

  windowAccepted(): Check {
    const { hardCut = false, apiServer } = this.facts.props;
    return windowCheck(hardCut, "keys", apiServer);
  }

  /** Whether the new key signs, on every API server that a token is from. */
  signs(): Check {
    const name = "signs";
    const { keys, signingKey } = this.facts.props;
    if (signingKey !== this.facts.to) {
      return { name, result: "unknown", what: `${this.facts.to} does not sign yet.` };
    }
    const { keyIds = [] } = keys.find((key) => key.name === this.facts.to) ?? {};
    if (this.facts.tokens.length === 0 || keyIds.length === 0) {
      return {
        name,
        result: "unknown",
        what: `Whether the cluster signs with ${this.facts.to} is not known.`,
        remedy: "give a fresh token of each API server (--token)",
      };
    }
    const others = this.facts.tokens.filter(({ keyId }) => !keyIds.includes(keyId));
    const [other] = others;
    if (other !== undefined) {
      return {
        name,
        result: "failed",
        what: `A token of ${isoTime(other.issuedAt)} is signed with ${this.facts.nameOf(other.keyId)}, not with ${this.facts.to}.`,
        remedy: "configure every control-plane node with the new key",
      };
    }
    if (this.facts.tokens.some((token) => this.facts.isFromTheFuture(token))) {
      return { name, result: "failed", what: "A token is from the future: set the clocks right." };
    }
    return {
      name,
      result: "passed",
      what: `Every token that was given is signed with ${this.facts.to} (${this.facts.tokens.length}).`,
    };
  }

  drained(key: RotatingKey): Check[] {
    const { name } = key;
    return drainChecks(key.signedUntil, this.facts.drainedAt(key), this.facts.props.now, {
      unrecorded: `When ${name} has signed last is not recorded.`,
      remedy: `take the step drain, or write signedUntil for the key ${name} yourself`,
      recorded: `${name} has signed nothing since`,
    });
  }

  unused(key: RotatingKey): Check {
    const name = "unused";
    const { keyIds, signedUntil } = key;
    const later = this.facts.tokens.filter(
      (token) =>
        keyIds?.includes(token.keyId) === true &&
        (signedUntil === undefined || token.issuedAt.getTime() > signedUntil.getTime()),
    );
    const [used] = later;
    if (used !== undefined) {
      return {
        name,
        result: "failed",
        what: `A token of ${isoTime(used.issuedAt)} is signed with ${key.name}: the key is in use.`,
        remedy: "configure every control-plane node with the new key, and correct signedUntil",
      };
    }
    const fresh = this.facts.tokens.filter((token) => this.facts.isFresh(token));
    return fresh.length === 0 || keyIds === undefined
      ? {
          name,
          result: "unknown",
          what: `Whether a fresh token is signed with ${key.name} is not known.`,
          remedy: "give a fresh token of each API server (--token)",
        }
      : {
          name,
          result: "passed",
          what: `No fresh token is signed with ${key.name} (${fresh.length} looked at).`,
        };
  }
}

function names(servers: readonly { readonly endpoint: string }[]): string {
  return servers.map(({ endpoint }) => endpoint).join(", ");
}
