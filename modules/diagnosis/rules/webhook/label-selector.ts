import { asObject, type Json } from "../../facts";

/**
 * Evaluates a LabelSelector.
 *
 * @returns the requirement that is not met; undefined where all are, or where the selector is none
 * @see {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements Labels and selectors}
 */
export function unmetRequirement(
  selector: unknown,
  labels: Readonly<Record<string, string>>,
): string | undefined {
  const { matchLabels, matchExpressions } = asObject(selector) ?? {};
  const equalities = Object.entries(asObject(matchLabels) ?? {}).map(([key, value]) => ({
    key,
    operator: "In",
    values: [value],
  }));
  const expressions = (Array.isArray(matchExpressions) ? matchExpressions : [])
    .map(asObject)
    .filter((expression): expression is Json => expression !== undefined);
  const unmet = [...equalities, ...expressions].find((one) => !isMet(one, labels));
  if (unmet === undefined) return undefined;
  const values = Array.isArray(unmet.values) ? ` (${unmet.values.join(", ")})` : "";
  return `${String(unmet.key)} ${String(unmet.operator)}${values}`;
}

/** An unknown operator is none that the API server stores: it counts as met. */
function isMet({ key, operator, values }: Json, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[String(key)];
  const listed = Array.isArray(values) && values.includes(value);
  switch (operator) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return true;
  }
}
