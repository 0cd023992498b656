import { Argument, Option } from "commander";
import type { MigrateOptions } from "../actions/migrate/migration";
import { ownHostings } from "../input/choices";
import { clusterSource, oneOf, platform, repeatable } from "../input/shared-options";
import type { Definition } from "./command";

export const migrateCommand: Definition<MigrateOptions> = {
  name: "migrate",
  summary: "move a cluster to another issuer, step by step",
  description:
    "show how to move a cluster to another issuer (another URL, bucket, domain or way of hosting) without a moment in which a token is refused: both issuers are published and trusted by every role before the cluster signs as the new one; nothing is changed without --next, and nothing is ever applied",
  arguments: [new Argument("<cluster>", "the cluster's name in the configuration")],
  options: [
    new Option(
      "--next",
      "change the configuration by the next step, if every check of it has passed",
    ),
    oneOf("--to <hosting>", "where the documents of a new issuer are published", ownHostings),
    new Option(
      "--name <name>",
      "of the new issuer, or of the one to sign as, such as a previous one to go back to (default: oidc-2 for a new one)",
    ),
    new Option("--bucket <name>", "of the new issuer: another bucket than the present one"),
    oneOf("--public-by <means>", "what makes the documents public in S3", ["acl", "policy"]),
    new Option("--domain-name <name>", "of a domain of your own, with --to cloudfront"),
    new Option("--certificate-arn <arn>", "of that domain's certificate in ACM, in us-east-1"),
    new Option("--issuer-url <url>", "of the new issuer, with --to self-published"),
    new Option(
      "--roles <file>",
      "the roles of the account, as `aws iam list-roles --output json` prints them, or -",
    ),
    new Option(
      "--api-server-pods <file>",
      "the API servers' pods, as `kubectl get pods --output json` prints them, or -: their flags say which issuers they accept",
    ),
    new Option(
      "--accepted",
      "every API server accepts the new issuer, where no pod shows it (k3s, k0s, MicroK8s)",
    ),
    repeatable(
      "--token <file>",
      "a fresh token (`kubectl create token default`), or -; one from each API server; its signature is dropped",
    ),
    new Option(
      "--documents <directory>",
      "the new issuer's openid-configuration and keys.json, in place of reading them from its URL",
    ),
    ...platform("issuer"),
    ...clusterSource(),
    new Option("--json", "write the plan as JSON"),
  ],
  help: `Example:
  irsa migrate prod --to cloudfront --bucket acme-prod-oidc-private
  irsa migrate prod --to cloudfront --bucket acme-prod-oidc-private --next
  irsa migrate prod --roles roles.json --api-server-pods pods.json --next
  kubectl create token default | irsa migrate prod --token - --next`,
  load: async () => (await import("../actions/migrate.ts")).migrate,
};
