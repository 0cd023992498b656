import type {
  ReportedBucket,
  ReportedCluster,
  ReportedDocument,
  ReportedKey,
  ReportedProvider,
} from "./schema";
import type { StackKey, SynthesizedStack } from "./stack";
import { asBlock, asList, type Block, referredName, type Terraform } from "./terraform";

/** What the Terraform names of an issuer end with. */
type Suffix = "" | `_${string}`;

/** Of the issuer that signs. */
function presentSuffix(terraform: Terraform): Suffix {
  const arn = terraform.output("oidc_provider_arn");
  return suffixOf(referredName(arn, "aws_iam_openid_connect_provider")?.replace(/^oidc_?/, ""));
}

function suffixOf(name = ""): Suffix {
  return name === "" || name === "oidc" ? "" : `_${name}`;
}

/** The issuer's URL, and what publishes its documents. */
export function readIssuer(
  terraform: Terraform,
  { issuerUrl }: SynthesizedStack,
): ReportedCluster["issuer"] {
  const isPublished = terraform.output("discovery_document") !== undefined;
  const suffix = presentSuffix(terraform);
  const hosting =
    distributionOf(terraform, suffix) !== undefined
      ? "cloudfront"
      : documentObject(terraform, suffix) !== undefined
        ? "s3"
        : isPublished
          ? "self-published"
          : "existing";
  return { url: terraform.text(terraform.output("issuer_url")) ?? issuerUrl ?? "", hosting };
}

/** Where Terraform keeps the state. */
export function readState(terraform: Terraform): ReportedCluster["state"] {
  const [backend, config] = terraform.backend() ?? ["local", {}];
  const { path, bucket, key, prefix } = config;
  const place = (scheme: string, rest: unknown) =>
    typeof bucket === "string" && typeof rest === "string"
      ? `${scheme}://${bucket}/${rest}`
      : undefined;
  const locations: Readonly<Record<string, string | undefined>> = {
    local: typeof path === "string" ? path : undefined,
    s3: place("s3", key),
    gcs: place("gs", prefix),
  };
  return defined({ backend, location: locations[backend] });
}

/** The keys, and where the private half of each is by what Terraform makes. */
export function readKeys(terraform: Terraform, stack: SynthesizedStack): ReportedKey[] {
  const keys = stack.keys ?? madeKeys(terraform);
  const signing = stack.signingKey ?? keys[0]?.name;
  return keys.map((key) => readKey(terraform, key, key.name === signing));
}

/** Names of former keys that may be dropped from the JWKS. */
export function readRetiredKeys(terraform: Terraform): string[] {
  const guard = terraform.resource("terraform_data", "key_until_retired");
  return Object.entries(asBlock(guard?.for_each))
    .filter(([, madeAs]) => madeAs === "retired")
    .map(([name]) => name);
}

function madeKeys(terraform: Terraform): StackKey[] {
  return (["resource", "ephemeral"] as const).flatMap((kind) =>
    terraform.names(kind, "tls_private_key").map((name) => {
      const block =
        kind === "resource"
          ? terraform.resource("tls_private_key", name)
          : terraform.ephemeral("tls_private_key", name);
      return { name, algorithm: algorithmOf(block ?? {}) };
    }),
  );
}

function algorithmOf({ algorithm, rsa_bits: bits, ecdsa_curve: curve }: Block): string {
  return algorithm === "RSA" ? `RSA-${String(bits)}` : `EC-${String(curve)}`;
}

function readKey(terraform: Terraform, key: StackKey, isSigning: boolean): ReportedKey {
  const { name, publicKeys = [] } = key;
  const kinds = [...new Set(publicKeys.map(({ kty }) => kty))].join(", ");
  return defined({
    name,
    algorithm: key.algorithm ?? (kinds === "" ? undefined : kinds),
    phase: isSigning ? ("signing" as const) : ("published" as const),
    keyIds: publicKeys.map(({ kid }) => kid),
    privateKey: readPrivateKey(terraform, name),
    publicKeyParameter: terraform.text(terraform.resource("aws_ssm_parameter", name)?.name),
  });
}

function readPrivateKey(terraform: Terraform, name: string): ReportedKey["privateKey"] {
  if (terraform.resource("tls_private_key", name) !== undefined) {
    const copied = terraform.resource("aws_secretsmanager_secret_version", "signing_key");
    const isCopied = String(copied?.secret_string).includes(`tls_private_key.${name}.`);
    const secret = isCopied ? madeSecret(terraform, "signing_key") : undefined;
    return defined({ place: "terraform-state" as const, secret });
  }
  const existing = terraform.data("aws_secretsmanager_secret_versions", name);
  if (existing !== undefined) {
    const secretName = terraform.text(existing.secret_id) ?? "";
    const secret = { name: secretName, madeHere: false, resourcePolicy: false, replicaRegions: [] };
    return { place: "secrets-manager", secret };
  }
  const secret = madeSecret(terraform, name);
  return secret === undefined ? { place: "owner" } : { place: "secrets-manager", secret };
}

function madeSecret(terraform: Terraform, name: string): ReportedKey["privateKey"]["secret"] {
  const secret = terraform.resource("aws_secretsmanager_secret", name);
  if (secret === undefined) return undefined;
  return defined({
    name: terraform.text(secret.name) ?? name,
    madeHere: true,
    kmsKey: terraform.text(secret.kms_key_id),
    resourcePolicy: terraform.resource("aws_secretsmanager_secret_policy", name) !== undefined,
    replicaRegions: asList(secret.replica).flatMap(
      (replica) => terraform.text(asBlock(replica).region) ?? [],
    ),
  });
}

/** The documents of the issuer and of those that are published beside it, and what makes each public. */
export function readDocuments(
  terraform: Terraform,
  { url, hosting }: ReportedCluster["issuer"],
): ReportedDocument[] {
  if (hosting === "existing") return [];
  const jwksUri = terraform.text(terraform.output("jwks_uri")) ?? `${url}/keys.json`;
  const present = presentSuffix(terraform);
  const others = Object.entries(asBlock(terraform.output("issuer_urls"))).filter(
    ([name]) => suffixOf(name) !== present,
  );
  return [
    ...documentsOf(terraform, present, url, jwksUri),
    ...others.flatMap(([name, value]) => {
      const other = terraform.text(value) ?? "";
      return documentsOf(terraform, suffixOf(name), other, `${other}/keys.json`);
    }),
  ];
}

function documentsOf(
  terraform: Terraform,
  suffix: Suffix,
  url: string,
  jwksUri: string,
): ReportedDocument[] {
  return [
    document("openid-configuration", `${url}/.well-known/openid-configuration`),
    document("keys.json", jwksUri),
  ];

  function document(name: ReportedDocument["name"], readAt: string): ReportedDocument {
    const object = documentObject(terraform, suffix, name);
    if (object === undefined) return { name, url: readAt, publishedBy: "self" };
    const location = `s3://${terraform.text(object.bucket)}/${terraform.text(object.key)}`;
    return { name, url: readAt, location, publishedBy: publisherOf(object) };
  }

  function publisherOf({ acl }: Block): ReportedDocument["publishedBy"] {
    if (distributionOf(terraform, suffix) !== undefined) return "cloudfront";
    if (acl !== undefined) return "object-acl";
    const isOurs = terraform.resource("aws_s3_bucket_policy", `oidc${suffix}`) !== undefined;
    return isOurs ? "bucket-policy" : "bucket-owner";
  }
}

function documentObject(
  terraform: Terraform,
  suffix: Suffix,
  name: ReportedDocument["name"] = "keys.json",
): Block | undefined {
  return terraform.resource("aws_s3_object", `${name.replace(".", "_")}${suffix}`);
}

function distributionOf(terraform: Terraform, suffix: Suffix): Block | undefined {
  return terraform.resource("aws_cloudfront_distribution", `oidc${suffix}`);
}

/** The CloudFront distribution. */
export function readDistribution(terraform: Terraform): ReportedCluster["distribution"] {
  const suffix = presentSuffix(terraform);
  const distribution = distributionOf(terraform, suffix);
  if (distribution === undefined) return undefined;
  const [alias] = terraform.texts(distribution.aliases);
  const { minimum_protocol_version: minimumTls } = asBlock(distribution.viewer_certificate);
  return defined({
    domain: alias ?? `\${aws_cloudfront_distribution.oidc${suffix}.domain_name}`,
    viewers:
      terraform.text(asBlock(distribution.default_cache_behavior).viewer_protocol_policy) ?? "",
    minimumTls: terraform.text(minimumTls),
  });
}

/** The bucket of the documents, and who reads what in it. */
export function readBucket(terraform: Terraform): ReportedBucket | undefined {
  const suffix = presentSuffix(terraform);
  const name = terraform.text(documentObject(terraform, suffix)?.bucket);
  if (name === undefined) return undefined;
  const own = `oidc${suffix}`;
  const madeHere = terraform.resource("aws_s3_bucket", own) !== undefined;
  const byAcl = terraform
    .resources("aws_s3_object")
    .filter(([, { acl }]) => typeof acl === "string" && acl.startsWith("public-"))
    .filter(([, { bucket }]) => terraform.text(bucket) === name)
    .flatMap(([, { key }]) => terraform.text(key) ?? []);
  const encryption = asBlock(
    asBlock(setting("aws_s3_bucket_server_side_encryption_configuration").rule)
      .apply_server_side_encryption_by_default,
  );
  return defined({
    name,
    madeHere,
    everyoneReads: [...byAcl, ...readableBy("*", "AWS")],
    distributionReads: readableBy("Service"),
    aclsCount: madeHere ? aclsCount(terraform, own) : undefined,
    versioning: madeHere
      ? asBlock(setting("aws_s3_bucket_versioning").versioning_configuration).status === "Enabled"
      : undefined,
    encryption: terraform.text(encryption.kms_master_key_id ?? encryption.sse_algorithm),
    accessLogs: accessLogs(),
  });

  function setting(type: string): Block {
    return terraform.resource(type, own) ?? {};
  }

  function accessLogs(): string | undefined {
    const { target_bucket: bucket, target_prefix: prefix } = setting("aws_s3_bucket_logging");
    const target = terraform.text(bucket);
    return target === undefined ? undefined : `s3://${target}/${terraform.text(prefix) ?? ""}`;
  }

  function readableBy(...types: readonly string[]): string[] {
    return asList(terraform.data("aws_iam_policy_document", own)?.statement)
      .map(asBlock)
      .filter(
        ({ effect, principals }) =>
          effect !== "Deny" && types.includes(String(asBlock(principals).type)),
      )
      .flatMap(({ resources }) => terraform.texts(resources))
      .map((arn) => arn.replace(/^arn:[^:]*:s3:::[^/]*\//, ""));
  }
}

function aclsCount(terraform: Terraform, own: string): boolean {
  const ownership = terraform.resource("aws_s3_bucket_ownership_controls", own)?.rule;
  const block = terraform.resource("aws_s3_bucket_public_access_block", own);
  const isEnforced = asBlock(ownership).object_ownership === "BucketOwnerEnforced";
  return !isEnforced && block?.ignore_public_acls !== true;
}

/** Identity providers that the stack makes, or that its roles and issuers name. */
export function readProviders(
  terraform: Terraform,
  present: string,
  named: readonly string[],
  { nextIssuer }: Pick<SynthesizedStack, "nextIssuer">,
): ReportedProvider[] {
  const trusted = asList(terraform.output("trusted_issuers")).map(asBlock);
  const ofRecords = trusted.flatMap(({ oidc_provider_arn: arn }) =>
    referredName(arn, "aws_iam_openid_connect_provider") === undefined
      ? (terraform.text(arn) ?? [])
      : [],
  );
  const next = nextIssuer === undefined ? undefined : `oidc${suffixOf(nextIssuer)}`;
  const made = terraform.resources("aws_iam_openid_connect_provider").map(([name, block]) => ({
    isNext: name === next,
    arn: terraform.text(`\${aws_iam_openid_connect_provider.${name}.arn}`) ?? "",
    issuerUrl: terraform.text(block.url) ?? "",
    madeHere: true,
    audiences: terraform.texts(block.client_id_list),
    thumbprint: thumbprintOf(block.thumbprint_list),
  }));
  const known = new Set(made.map(({ arn }) => arn));
  const elsewhere = [...new Set([...ofRecords, ...named])]
    .filter((arn) => !known.has(arn))
    .map((arn) => ({
      arn,
      isNext: false,
      issuerUrl: arn.replace(/^.*?:oidc-provider\//, "https://"),
      madeHere: false,
      audiences: [],
      thumbprint: "not-known" as const,
    }));
  return [...made, ...elsewhere].map(({ arn, issuerUrl, isNext, ...rest }) => {
    return { arn, issuerUrl, isPrevious: issuerUrl !== present && !isNext, ...rest };
  });
}

function thumbprintOf(list: unknown): ReportedProvider["thumbprint"] {
  if (list === undefined) return "none";
  return JSON.stringify(list).includes("data.tls_certificate.") ? "certificate" : "given";
}

/** The properties that are there. */
export function defined<T extends object>(value: T): { [K in keyof T]: T[K] } {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: T[K] };
}
