import type { Violation } from "../../validation";
import type { ApiServerProps } from "./flags";

/** Words for what a map of flags cannot contain. */
export interface OnceWords {
  /** Completes "must be empty …". */
  readonly when: string;
  /** What to do about further issuers. */
  readonly ofIssuers: string;
  /** What to do about further files with public keys. */
  readonly ofKeys: string;
}

/** What the configuration of a cluster cannot contain that has each flag once. */
export function onceViolations(props: ApiServerProps, words: OnceWords): Violation[] {
  const { when, ofIssuers, ofKeys } = words;
  const issuers = (["previousIssuers", "acceptedIssuers"] as const).filter(
    (property) => (props[property] ?? []).length > 0,
  );
  const repeated = Object.entries(props.extraApiServerArgs ?? {}).filter(([, value]) =>
    Array.isArray(value),
  );
  return [
    ...issuers.map((property) => ({
      path: [property],
      rule: `must be empty ${when}; ${ofIssuers}`,
    })),
    ...((props.publicKeyFiles ?? []).length > 0
      ? [{ path: ["publicKeyFiles"], rule: `must be empty ${when}; ${ofKeys}` }]
      : []),
    ...repeated.map(([flag, given]) => ({
      path: ["extraApiServerArgs", flag],
      rule: `must be a string ${when}`,
      given,
    })),
  ];
}
