import { definePolicy } from "./define-policy";
import { objectStorage } from "./object-storage";
import { buckets, keys } from "./options";

/** Thanos with S3 as its object store. */
export const thanos = definePolicy({
  name: "thanos",
  summary: "Thanos: blocks in S3.",
  serviceAccounts: ["monitoring/thanos"],
  covers: "the objects of the buckets named",
  sources: [
    {
      repository: "thanos-io/thanos",
      path: "docs/storage.md",
      version: "e103a81b",
    },
  ],
  options: {
    buckets: buckets("Names of the buckets."),
    kmsKeyArns: keys("Customer managed keys that objects are encrypted with."),
  },
  statements: objectStorage,
});
