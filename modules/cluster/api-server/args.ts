import { stsAudience, violation } from "../rules";

/** Extra flags of the API server by their name without dashes; a list repeats the flag. */
export type ApiServerArgs = Readonly<Record<string, string | readonly string[]>>;

/** A flag of the API server, or why it is not taken here. */
type Refusal = (flag: string) => string | undefined;

/** Flags that come from members of their own, so that they cannot be said twice. */
const managed: Readonly<Record<string, string>> = {
  "service-account-issuer": "is said elsewhere: give 'issuerUrl' and 'previousIssuers'",
  "service-account-jwks-uri": "is said elsewhere: give 'jwksUri'",
  "api-audiences": "is said elsewhere: give 'apiAudiences'",
};

/**
 * What is wrong with extra API-server flags.
 *
 * @param refusal flags that this kind of cluster does not take; the reason completes "'extraApiServerArgs.FLAG' …"
 */
export function apiServerArgsViolations(args: ApiServerArgs, refusal: Refusal): string[] {
  return Object.entries(args).flatMap(([flag, value]) => {
    const name = `extraApiServerArgs.${flag}`;
    if (!/^[a-z][a-z0-9-]*$/.test(flag)) {
      const must = "be named after a flag without its dashes, such as oidc-issuer-url";
      return violation(name, false, must, flag);
    }
    if (
      flag === "api-audiences" &&
      list(value).some((item) => item.split(",").includes(stsAudience))
    ) {
      return [
        `'${name}' must not hold ${stsAudience}: every token that a pod sends to AWS would then open the Kubernetes API too`,
      ];
    }
    const reason = refusal(flag) ?? managed[flag];
    if (reason !== undefined) return [`'${name}' ${reason}`];
    return violation(
      name,
      isArg(value),
      "be a string or a list of strings that is not empty",
      value,
    );
  });
}

/** The values of a flag, one for each time it is written. */
export function list(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}

function isArg(value: unknown): boolean {
  if (!Array.isArray(value)) return typeof value === "string";
  return value.length > 0 && value.every((item) => typeof item === "string");
}
