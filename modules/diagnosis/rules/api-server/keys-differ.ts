import { documentation } from "../../documentation";
import type { ApiServerFacts } from "../../facts";
import { signingKeyRemedy } from "../../remedies";
import type { DiagnosisRule } from "../../rule";

export const keysDiffer: DiagnosisRule = {
  code: "IRSA-DIAG-API-KEYS-DIFFER",
  link: "api-server",
  means:
    "An API server has other keys than the others: tokens that it signs are refused by them and by AWS, or the reverse.",
  remedy: "Give each API server the same signing key and the same public keys.",
  answer:
    "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider, for some pods",
  sources: [documentation.apiServerFlags, documentation.serviceAccountTokens],
  find: (facts) => {
    const known = (facts.apiServers ?? []).filter(({ keyIds }) => keyIds !== undefined);
    const sets = [...new Set(known.map(keysOf))];
    if (sets.length < 2) return [];
    const published = (facts.keys ?? []).map(({ kid }) => kid);
    const count = (set: string) => known.filter((one) => keysOf(one) === set).length;
    const trusted = (set: string) =>
      set.split(" ").filter((kid) => published.includes(kid)).length / set.split(" ").length;
    const right = sets.sort((a, b) => trusted(b) - trusted(a) || count(b) - count(a))[0] ?? "";
    return known
      .filter((one) => keysOf(one) !== right)
      .map((one) => ({
        what: `${one.endpoint} has other keys than ${known.length === 2 ? "the other API server" : "the other API servers"}`,
        expected: right,
        actual: keysOf(one) || "no key",
        remedy: signingKeyRemedy(facts),
      }));
  },
};

function keysOf({ keyIds = [] }: ApiServerFacts): string {
  return [...new Set(keyIds.filter((kid) => kid !== ""))].sort().join(" ");
}
