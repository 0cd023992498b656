import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";

export const keysNotUsed: DiagnosisRule = {
  code: "IRSA-DIAG-KEYS-NOT-USED",
  link: "documents",
  severity: "info",
  means:
    "A key is published that no API server has: one that is staged for a rotation, or one to retire.",
  remedy: "Retire the key once its tokens have expired, unless it is staged for a rotation.",
  sources: [documentation.issuerDiscovery],
  consequenceOf: [
    "IRSA-DIAG-KEYS-NOT-PUBLISHED",
    "IRSA-TRUST-TOKEN-KEY",
    "IRSA-DIAG-API-KEYS-DIFFER",
  ],
  find: ({ apiServers = [], keys = [] }) => {
    const own = new Set(apiServers.flatMap(({ keyIds = [] }) => keyIds));
    if (own.size === 0 || apiServers.some(({ keyIds }) => keyIds === undefined)) return [];
    return keys.flatMap(({ kid }) =>
      typeof kid !== "string" || kid === "" || own.has(kid)
        ? []
        : [{ what: "a key is published that no API server has", actual: kid }],
    );
  },
};
