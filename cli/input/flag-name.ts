import { formatPath, type Path, redactKeyMaterial } from "../../modules/validation";

/** Properties that are lists: the flag names one entry and may be repeated. */
const lists = new Set([
  "acceptedIssuers",
  "apiAudiences",
  "excludedNamespaces",
  "extraApiServerArgs",
  "previousIssuers",
  "previousPublicKeys",
  "publicKeyFiles",
]);

/**
 * How the command line calls a property: `--token-expiration`, `--previous-issuer` for any entry of
 * `previousIssuers`, `--extra-api-server-arg oidc-issuer-url` for that member of a map.
 *
 * @param names what is called otherwise, such as a value of Terraform's output
 */
export function flagName(path: Path, names: ReadonlyMap<string, string> = new Map()): string {
  const [property, ...rest] = path;
  if (property === undefined) return "";
  const source = names.get(String(property));
  if (source !== undefined && !source.startsWith("--")) return joined(source, rest);
  const flag = source ?? flagOf(String(property));
  const members = rest.filter((part) => typeof part === "string");
  return [flag, ...members.map(redactKeyMaterial)].join(" ");
}

/** `previousIssuers` as `--previous-issuer`. */
function flagOf(property: string): string {
  const singular = lists.has(property) ? property.slice(0, -1) : property;
  return `--${singular.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function joined(source: string, rest: Path): string {
  const path = formatPath(rest);
  return path === "" || path.startsWith("[") ? `${source}${path}` : `${source}.${path}`;
}
