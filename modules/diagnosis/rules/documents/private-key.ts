import { privateJwkMembers } from "../../../validation";
import { documentation } from "../../documentation";
import { textOf } from "../../facts";
import type { DiagnosisRule } from "../../rule";

export const privateKey: DiagnosisRule = {
  code: "IRSA-DIAG-KEYS-PRIVATE",
  link: "documents",
  means:
    "The JWKS contains a private key: whoever has read it can sign tokens for every role of the cluster.",
  remedy: "Make a new key pair, publish its public half alone, and look who has read the old one.",
  sources: [documentation.jwk],
  find: ({ keys = [] }) =>
    keys.flatMap((key) => {
      const found = privateJwkMembers.filter((name) => Object.hasOwn(key, name));
      return found.length === 0
        ? []
        : [
            {
              what: `the key ${textOf(key.kid)} is published with its private half`,
              expected: "public members alone",
              actual: `the members ${found.join(", ")}`,
            },
          ];
    }),
};
