import { byAddress, type TerraformConfiguration } from "./terraform-json";

/** Whether Terraform makes one thing only after another, by references and `depends_on`. */
export function isAfter(
  configuration: TerraformConfiguration,
  later: string,
  earlier: string,
): boolean {
  const elements = byAddress(configuration);
  const seen = new Set<string>();
  const reaches = (address: string): boolean => {
    if (seen.has(address)) return false;
    seen.add(address);
    const text = JSON.stringify(
      elements[address] ?? configuration.locals?.[address.slice(6)] ?? "",
    );
    const next = [...Object.keys(elements), ...locals(configuration)].filter(
      (other) => other !== address && mentions(text, other),
    );
    return next.includes(earlier) || next.some(reaches);
  };
  if (!(later in elements)) throw new Error(`there is no ${later}`);
  if (!(earlier in elements)) throw new Error(`there is no ${earlier}`);
  return reaches(later);
}

function locals({ locals = {} }: TerraformConfiguration): string[] {
  return Object.keys(locals).map((name) => `local.${name}`);
}

function mentions(text: string, address: string): boolean {
  const escaped = address.replaceAll(".", "[.]");
  return new RegExp(`(^|[^A-Za-z0-9_.-])${escaped}($|[^A-Za-z0-9_-])`).test(text);
}
