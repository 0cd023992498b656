import type { NameRule } from "../name-rule";

/** The construct library keeps children in a plain object, whose own properties are taken. */
export const constructIdRule: NameRule = {
  pattern:
    "^(constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|toString|valueOf|__.*__)$",
  forbidden: true,
  must: "not be the name of a property that every JavaScript object has",
};

/** What Terraform would read as the beginning of a template, whatever the text is for. */
export const noTemplate: NameRule = {
  pattern: "[$%][{]",
  forbidden: true,
  must: "contain neither ${ nor %{, which Terraform would evaluate",
};

/** Names of keys and previous issuers, which become names of Terraform resources. */
export const resourceNameRules: readonly NameRule[] = [
  {
    pattern: "^[A-Za-z_][A-Za-z0-9_-]{0,62}$",
    must: "begin with a letter or '_' and contain at most 63 letters, digits, '_' and '-'",
  },
  constructIdRule,
];
