import {
  checkEach,
  checkText,
  checkUnique,
  resourceNameRules,
  type Violation,
} from "../../validation";
import { generatedSecretName } from "../signing-key-secret";
import type { SigningKey } from "./signing-key";

/** What is wrong with the former names of keys and the names of retired ones. */
export function keyNameViolations(
  keys: readonly SigningKey[],
  retiredKeys: readonly string[],
): Violation[] {
  const names = keys.map(({ name }) => name);
  const former = keys.map(({ previousName }) => previousName);
  return [
    ...keys.flatMap(({ name, source }, index) =>
      source === "secrets-manager" && name === generatedSecretName
        ? [
            {
              path: ["keys", index, "name"],
              rule: "must be another: that is what Terraform calls the secret of a generated key",
              given: name,
            },
          ]
        : [],
    ),
    ...checkEach(["retiredKeys"], retiredKeys, resourceNameRules),
    ...checkUnique(["retiredKeys"], retiredKeys),
    ...retiredKeys.flatMap((name, index) =>
      names.includes(name)
        ? [
            {
              path: ["retiredKeys", index],
              rule: "must be the name of a key that {keys} no longer contains",
              given: name,
            },
          ]
        : [],
    ),
    ...former.flatMap((name, index) => {
      if (name === undefined) return [];
      const path = ["keys", index, "previousName"];
      const isTaken =
        names.includes(name) || retiredKeys.includes(name) || former.indexOf(name) < index;
      return [
        ...checkText(path, name, resourceNameRules),
        ...(isTaken ? [{ path, rule: "must be the name of no other key", given: name }] : []),
      ];
    }),
  ];
}
