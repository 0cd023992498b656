import {
  bucketOfUrl,
  type ExistingBucket,
  type ExistingObject,
  type ExistingProvider,
  type ExistingRole,
  type Published,
  type Setup,
  type Tags,
  trustsProvider,
  type Unread,
} from "../../modules/adoption";
import { stsAudience } from "../../modules/cluster";
import { buildObjectKeys } from "../../modules/documents";
import type { HttpEvidence } from "../../modules/diagnosis";
import type { Host } from "../io/host";
import { type Credentials, getFromS3 } from "../io/signed-get";
import { loadAwsClients } from "../io/load-aws-clients";
import { presentable } from "../io/presentable";
import { NotCollected, type Limits } from "./collected";
import { type Iam, inTurns, parsePolicy } from "./iam";
import { collectPublished } from "./published";

const maxBytes = 1024 * 1024;

/**
 * Looks at what exists for an issuer: the published documents, its IAM identity provider, its bucket, and
 * the roles that trust it. It sends nothing but reads.
 */
export async function collectSetup(
  issuerUrl: string,
  iam: Iam,
  limits: Limits,
  host: Host,
): Promise<Setup> {
  const { accountId, partition } = iam.caller;
  const unread: Unread[] = [];
  const attempt = async <T>(shows: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof NotCollected)) throw error;
      unread.push({ reason: error.message, shows });
      return undefined;
    }
  };
  const published = await attempt("the keys", () => readPublished(issuerUrl, limits, host));
  const hostpath = issuerUrl.slice("https://".length);
  const providerArn = `arn:${partition}:iam::${accountId}:oidc-provider/${hostpath}`;
  const [{ provider }, roles, bucket] = await Promise.all([
    attempt("audiences, thumbprints and tags of the identity provider", () =>
      readProvider(providerArn, iam),
    ).then((read) => read ?? { provider: unknownProvider(providerArn) }),
    readRoles(providerArn, iam, attempt),
    readBucket(issuerUrl, published ?? {}, { iam, limits, host, attempt }),
  ]);
  return {
    ...{ issuerUrl, accountId, partition, provider, bucket, roles, unread },
    published: published ?? {},
  };
}

type Attempt = <T>(shows: string, read: () => Promise<T>) => Promise<T | undefined>;

async function readPublished(issuerUrl: string, limits: Limits, host: Host): Promise<Published> {
  const { evidence } = await collectPublished(issuerUrl, limits, host);
  const discovery = bodyOf(evidence.discovery);
  if (evidence.jwks === undefined) {
    throw new NotCollected(`${evidence.discovery.url} names no JWKS at an https URL`);
  }
  return { discovery, jwksUri: evidence.jwks.url, jwks: bodyOf(evidence.jwks) };
}

/** @throws {NotCollected} the document is not served */
function bodyOf({ url, status, body, error, chainError }: HttpEvidence): string | undefined {
  if (status === 200 && chainError === undefined) return body;
  const reason = chainError ?? error ?? `HTTP ${status ?? 0}`;
  throw new NotCollected(`${presentable(url)} cannot be read: ${presentable(reason)}`);
}

/** One that cannot be read is taken for what most are: an import of one that does not exist fails. */
function unknownProvider(arn: string): ExistingProvider {
  return { arn, clientIds: [stsAudience], thumbprints: [], tags: {} };
}

function readProvider(
  arn: string,
  iam: Iam,
): Promise<{ readonly provider: ExistingProvider | undefined }> {
  return iam.read("iam:GetOpenIDConnectProvider", async (client, sdk, options) => {
    const command = new sdk.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn });
    try {
      const answer = await client.send(command, options);
      const { ClientIDList: clientIds = [], ThumbprintList: thumbprints = [], Tags } = answer;
      return { provider: { arn, clientIds, thumbprints, tags: tagsOf(Tags) } };
    } catch (error) {
      if ((error as Error).name.startsWith("NoSuchEntity")) return { provider: undefined };
      throw error;
    }
  });
}

async function readRoles(
  providerArn: string,
  iam: Iam,
  attempt: Attempt,
): Promise<readonly ExistingRole[]> {
  const names = await attempt("the roles that trust the issuer", () => rolesOf(providerArn, iam));
  const roles = await inTurns(names ?? [], (name) =>
    attempt(`the role ${name}`, () => readRole(name, iam)),
  );
  return roles.filter((role) => role !== undefined);
}

/** Names of the roles that a provider's tokens may assume. */
function rolesOf(providerArn: string, iam: Iam): Promise<readonly string[]> {
  return iam.read("iam:ListRoles", async (client, sdk, options) => {
    const names: string[] = [];
    let marker: string | undefined;
    do {
      const command = new sdk.ListRolesCommand({ Marker: marker, MaxItems: 1000 });
      const page = await client.send(command, options);
      for (const { RoleName: name = "", AssumeRolePolicyDocument: policy = "" } of page.Roles ??
        []) {
        if (trustsProvider(parsePolicy(decodeURIComponent(policy)), providerArn)) names.push(name);
      }
      marker = page.IsTruncated === true ? page.Marker : undefined;
    } while (marker !== undefined);
    return names;
  });
}

async function readRole(name: string, iam: Iam): Promise<ExistingRole> {
  const input = { RoleName: name };
  const role = await iam.read("iam:GetRole", async (client, sdk, options) => {
    return (await client.send(new sdk.GetRoleCommand(input), options)).Role;
  });
  const attached = await iam.read("iam:ListAttachedRolePolicies", async (client, sdk, options) => {
    const answer = await client.send(new sdk.ListAttachedRolePoliciesCommand(input), options);
    return answer.AttachedPolicies?.flatMap(({ PolicyArn: arn }) => arn ?? []) ?? [];
  });
  const inline = await iam.read("iam:ListRolePolicies", async (client, sdk, options) => {
    return (await client.send(new sdk.ListRolePoliciesCommand(input), options)).PolicyNames ?? [];
  });
  const policies = await inTurns(inline, (policyName) =>
    iam.read("iam:GetRolePolicy", async (client, sdk, options) => {
      const command = new sdk.GetRolePolicyCommand({ ...input, PolicyName: policyName });
      const { PolicyDocument: text = "" } = await client.send(command, options);
      return [policyName, parsePolicy(decodeURIComponent(text))] as const;
    }),
  );
  return {
    arn: role?.Arn ?? "",
    name,
    path: role?.Path ?? "/",
    description: role?.Description ?? "",
    maxSessionDuration: role?.MaxSessionDuration ?? 3600,
    permissionsBoundary: role?.PermissionsBoundary?.PermissionsBoundaryArn,
    tags: tagsOf(role?.Tags),
    trustPolicy: parsePolicy(decodeURIComponent(role?.AssumeRolePolicyDocument ?? "")),
    attached,
    inline: Object.fromEntries(policies),
  };
}

interface BucketReader {
  readonly iam: Iam;
  readonly limits: Limits;
  readonly host: Host;
  readonly attempt: Attempt;
}

function readBucket(
  issuerUrl: string,
  published: Published,
  { iam, limits, host, attempt }: BucketReader,
): Promise<ExistingBucket | undefined> {
  const place = bucketOfUrl(issuerUrl);
  if (place === undefined) return Promise.resolve(undefined);
  const { region, name } = place;
  return attempt(`the bucket ${name}: its settings, and whether they can be kept`, async () => {
    const s3 = new S3(region, name, await iam.credentials(), limits, host);
    const settings = await Promise.all([
      s3.setting("ownershipControls", "s3:GetBucketOwnershipControls"),
      s3.setting("publicAccessBlock", "s3:GetBucketPublicAccessBlock"),
      s3.setting("versioning", "s3:GetBucketVersioning"),
      s3.setting("logging", "s3:GetBucketLogging"),
      s3.setting("tagging", "s3:GetBucketTagging"),
      s3.setting("acl", "s3:GetBucketAcl"),
    ]);
    const [ownership, block, versioning, logging, tagging, acl] = settings;
    const policy = await s3.get("s3:GetBucketPolicy", { query: { policy: "" } });
    const listed = await s3.setting("list-type=2&max-keys=20", "s3:ListBucket");
    const keys = all(listed, "Contents").flatMap(({ Key }) => textOf(Key) ?? []);
    const objectKeys = buildObjectKeys(place.prefix);
    const root = `${issuerUrl}/`;
    const prefix = place.prefix === undefined ? "" : `${place.prefix}/`;
    const jwksPath = published.jwksUri?.startsWith(root)
      ? published.jwksUri.slice(root.length)
      : "";
    const jwksKey = /^[\w.~/-]+$/.test(jwksPath) ? [`${prefix}${jwksPath}`] : [];
    const wanted = [...new Set([objectKeys.discovery, objectKeys.jwks, ...jwksKey])];
    const objects = await Promise.all(wanted.map((key) => s3.object(key)));
    const found = wanted.flatMap((key, index) => {
      const object = objects[index];
      return object === undefined ? [] : [[key, object] as const];
    });
    const [target] = all(logging, "LoggingEnabled");
    const isOn = (setting: string) => textOf(block?.[setting]) === "true";
    const [rule] = all(ownership, "Rule");
    return {
      name,
      ownership: textOf(rule?.ObjectOwnership),
      hasGrants: grantsOf(acl).length > 1,
      publicAccessBlock: block && {
        blockPublicAcls: isOn("BlockPublicAcls"),
        blockPublicPolicy: isOn("BlockPublicPolicy"),
        ignorePublicAcls: isOn("IgnorePublicAcls"),
        restrictPublicBuckets: isOn("RestrictPublicBuckets"),
      },
      policy: policy?.body,
      versioning: textOf(versioning?.Status),
      accessLogs: target && {
        bucketName: textOf(target.TargetBucket) ?? "",
        prefix: textOf(target.TargetPrefix) ?? "",
      },
      tags: tagsOf(all(all(tagging, "TagSet")[0], "Tag")),
      objects: Object.fromEntries(found),
      others: keys.filter((key) => !wanted.includes(key)),
    };
  });
}

type Xml = Readonly<Record<string, unknown>>;

/** Reads one bucket. */
class S3 {
  constructor(
    private readonly region: string,
    private readonly bucket: string,
    private readonly credentials: Credentials,
    private readonly limits: Limits,
    private readonly host: Host,
  ) {}

  /**
   * @returns undefined for what does not exist
   * @throws {NotCollected} S3 refuses it
   */
  async get(
    action: string,
    request: { readonly key?: string; readonly query?: Readonly<Record<string, string>> },
  ) {
    const { region, bucket, credentials, limits } = this;
    const { env, authorities } = this.host.io;
    const { requestMilliseconds: timeoutMilliseconds, signal } = limits;
    const answer = await getFromS3({ ...request, region, bucket }, credentials, {
      ...{ timeoutMilliseconds, signal, maxBytes, env, authorities },
    });
    const { status, error, body } = answer;
    if (status === 200) return answer;
    if (status === 404 && !body.includes("<Code>NoSuchBucket<")) return undefined;
    if (status === 403) throw new NotCollected(`AWS answers 403: your credentials need ${action}`);
    throw new NotCollected(`${action} failed: ${presentable(error ?? `HTTP ${status} ${body}`)}`);
  }

  /** A setting by the name of its subresource. */
  async setting(subresource: string, action: string): Promise<Xml | undefined> {
    const query = Object.fromEntries(new URLSearchParams(subresource));
    return rootOf((await this.get(action, { query }))?.body);
  }

  async object(key: string): Promise<ExistingObject | undefined> {
    const object = await this.get("s3:GetObject", { key });
    if (object === undefined) return undefined;
    const acl = await rootOf(
      (await this.get("s3:GetObjectAcl", { key, query: { acl: "" } }))?.body,
    );
    const tagging = await rootOf(
      (await this.get("s3:GetObjectTagging", { key, query: { tagging: "" } }))?.body,
    );
    const isPublic = grantsOf(acl).some(
      ({ Grantee, Permission }) =>
        /^(READ|FULL_CONTROL)$/.test(textOf(Permission) ?? "") &&
        JSON.stringify(Grantee).includes("/global/AllUsers"),
    );
    return {
      content: object.body,
      contentType: object.headers["content-type"],
      cacheControl: object.headers["cache-control"],
      tags: tagsOf(all(all(tagging, "TagSet")[0], "Tag")),
      isPublic,
    };
  }
}

/** The root element of a document of S3. */
async function rootOf(xml: string | undefined): Promise<Xml | undefined> {
  if (xml === undefined) return undefined;
  const { parseXML } = await loadAwsClients();
  const [root] = Object.values(parseXML(xml) as Xml);
  return typeof root === "object" && root !== null ? (root as Xml) : {};
}

/** The child elements of a name. */
function all(parent: Xml | undefined, name: string): readonly Xml[] {
  const value = parent?.[name];
  if (value === undefined || value === "") return [];
  return (Array.isArray(value) ? value : [value]) as readonly Xml[];
}

/** The entries of an ACL; its owner has one. */
function grantsOf(acl: Xml | undefined): readonly Xml[] {
  return all(all(acl, "AccessControlList")[0], "Grant");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function tagsOf(tags: readonly { Key?: unknown; Value?: unknown }[] = []): Tags {
  return Object.fromEntries(
    tags
      .map(({ Key, Value }) => [textOf(Key) ?? "", textOf(Value) ?? ""] as const)
      .filter(([key]) => !key.startsWith("aws:")),
  );
}
