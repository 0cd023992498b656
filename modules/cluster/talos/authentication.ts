import { type ApiServerArgs, list } from "../api-server/args";
import { checkText, clusterUrlRules, type Violation } from "../../validation";

/** The part of Kubernetes' AuthenticationConfiguration that an OIDC login needs. */
interface JwtAuthenticator {
  readonly issuer: { readonly url: string; readonly audiences: readonly string[] };
  readonly claimMappings: Readonly<Record<string, { claim: string; prefix: string }>>;
  readonly claimValidationRules?: readonly { claim: string; requiredValue: string }[];
}

/** A Talos document of its own for who may log in; it replaces the whole configuration. */
export interface KubeAuthenticationConfig {
  readonly apiVersion: "v1alpha1";
  readonly kind: "KubeAuthenticationConfig";
  readonly configuration: object;
}

const flags = [
  "oidc-issuer-url",
  "oidc-client-id",
  "oidc-username-claim",
  "oidc-username-prefix",
  "oidc-groups-claim",
  "oidc-groups-prefix",
  "oidc-required-claim",
];

/** As Talos generates it: health checks need no login. */
const anonymous = {
  conditions: ["/livez", "/readyz", "/healthz"].map((path) => ({ path })),
  enabled: true,
};

/** Whether the flag belongs to an OIDC login provider. */
export function isOidcFlag(flag: string): boolean {
  return flag.startsWith("oidc-");
}

/** Why the document form does not take an OIDC flag; nothing for one that it does. */
export function oidcRefusal(flag: string): string | undefined {
  if (flags.includes(flag)) return undefined;
  if (flag === "oidc-ca-file") {
    return "cannot be set in the document form: leave it out for a certificate that the system trusts, and give Talos another one as TrustedRootsConfig";
  }
  return "cannot be set in the document form: structured authentication has no such setting";
}

/** What is wrong with the OIDC flags together. */
export function oidcViolations(args: ApiServerArgs): Violation[] {
  const given = Object.keys(args).filter(isOidcFlag);
  if (given.length === 0) return [];
  const missing = ["oidc-issuer-url", "oidc-client-id"].filter((flag) => !(flag in args));
  const repeated = given.filter(
    (flag) => flag !== "oidc-required-claim" && list(args[flag] ?? "").length > 1,
  );
  const at = (flag: string): string[] => ["extraApiServerArgs", flag];
  return [
    ...missing.map((flag) => ({ path: at(flag), rule: `is missing beside ${given.join(", ")}` })),
    ...repeated.map((flag) => ({ path: at(flag), rule: "must have one value" })),
    ...list(args["oidc-issuer-url"] ?? []).flatMap((url) =>
      checkText(at("oidc-issuer-url"), url, clusterUrlRules),
    ),
    ...list(args["oidc-required-claim"] ?? [])
      .filter((claim) => !/^[^=]+=./.test(claim))
      .map((claim) => ({
        path: at("oidc-required-claim"),
        rule: "must be CLAIM=VALUE",
        given: claim,
      })),
  ];
}

/**
 * The `oidc-…` flags of an API server as the document that Talos 1.14 asks for instead; Talos refuses
 * the flags there. The defaults are those of the flags.
 *
 * @returns the document; nothing without such flags
 * @see {@link https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration Structured authentication}
 */
export function kubeAuthenticationConfig(
  args: ApiServerArgs,
): KubeAuthenticationConfig | undefined {
  if (!Object.keys(args).some(isOidcFlag)) return undefined;
  return {
    apiVersion: "v1alpha1",
    kind: "KubeAuthenticationConfig",
    configuration: { anonymous, jwt: [jwtAuthenticator(args)] },
  };
}

function jwtAuthenticator(args: ApiServerArgs): JwtAuthenticator {
  const one = (flag: string): string | undefined => list(args[`oidc-${flag}`] ?? [])[0];
  const url = one("issuer-url") ?? "";
  const claim = one("username-claim") ?? "sub";
  const prefix = one("username-prefix") ?? (claim === "email" ? "" : `${url}#`);
  const groups = one("groups-claim");
  const required = list(args["oidc-required-claim"] ?? []).map(requiredClaim);
  return {
    issuer: { url, audiences: [one("client-id") ?? ""] },
    claimMappings: {
      username: { claim, prefix: prefix === "-" ? "" : prefix },
      ...(groups !== undefined && {
        groups: { claim: groups, prefix: one("groups-prefix") ?? "" },
      }),
    },
    ...(required.length > 0 && { claimValidationRules: required }),
  };
}

function requiredClaim(text: string): { claim: string; requiredValue: string } {
  const at = text.indexOf("=");
  return { claim: text.slice(0, at), requiredValue: text.slice(at + 1) };
}
