import { definePolicy } from "./define-policy";
import { objectStorage } from "./object-storage";
import { buckets, keys } from "./options";

/** Loki with S3 as its object store. */
export const loki = definePolicy({
  name: "loki",
  summary: "Loki: chunks, the index and rules in S3.",
  serviceAccounts: ["loki/loki"],
  covers: "the objects of the buckets named",
  sources: [
    {
      repository: "grafana/loki",
      path: "docs/sources/setup/install/helm/deployment-guides/aws.md",
      version: "65e30f84",
    },
  ],
  options: {
    buckets: buckets("Names of the buckets."),
    kmsKeyArns: keys("Customer managed keys that objects are encrypted with."),
  },
  statements: objectStorage,
});
