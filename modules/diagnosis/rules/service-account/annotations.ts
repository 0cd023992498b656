import { nearestName } from "../../../validation";
import { type Facts, roleArnsIn } from "../../facts";

/** Annotations of the webhook, without the prefix. */
const names = ["role-arn", "audience", "sts-regional-endpoints", "token-expiration"];

/** Annotations that were meant for the webhook and are not the ones that it looks for. */
export function misnamed(
  { serviceAccount, prefix, dryRunPod }: Facts,
  kind: "prefix" | "typo",
): { readonly given: string; readonly meant: string; readonly value: string }[] {
  const { annotations = {} } = serviceAccount ?? {};
  // Another tool's, where a pod gets its role all the same: from the webhook's map.
  if (dryRunPod !== undefined && roleArnsIn(dryRunPod).length > 0) return [];
  return Object.entries(annotations).flatMap(([given, value]) => {
    const [before = "", after = ""] = given.split("/");
    if (before === prefix && names.includes(after)) return [];
    const isPrefix =
      names.includes(after) && (after === "role-arn" || before.includes("amazonaws"));
    const isRole = /^arn:aws[a-z-]*:iam::/.test(value) || /amazonaws|^eks/.test(before);
    const meant = isPrefix ? after : isRole ? nearest(after, value) : undefined;
    if (meant === undefined || (isPrefix ? "prefix" : "typo") !== kind) return [];
    const name = `${prefix}/${meant}`;
    return Object.hasOwn(annotations, name) ? [] : [{ given, meant: name, value }];
  });
}

function nearest(name: string, value: string): string | undefined {
  return nearestName(name, names) ?? (value.includes(":role/") ? "role-arn" : undefined);
}
