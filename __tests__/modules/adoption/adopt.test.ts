import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { adoptCluster, expectPlan, type Setup } from "../../../modules/adoption";
import { readPublicKeys } from "../../../modules/documents";
import { accountId, type Origin, origins, podRole, setupOf, titles } from "../../fixtures/origins";

let made: Readonly<Record<string, Origin>> = {};
beforeAll(async () => {
  made = Object.fromEntries((await origins()).map((origin) => [origin.title, origin]));
});

function originOf(title: string): Origin {
  const origin = made[title];
  if (origin === undefined) throw new Error(`no origin ${title}`);
  return origin;
}
const adopt = (title: string, changes: Partial<Setup> = {}) =>
  adoptCluster("prod", "eu-central-1", { ...setupOf(originOf(title)), ...changes });

const rsa = expect.stringMatching(/^-----BEGIN PUBLIC KEY-----\n/) as string;
const common = { name: "prod", region: "eu-central-1", accountId };
const thumbprint = ["8da7f965ec5efc37910f1c6e59fdc1cc6a6ede16"];

/** What `irsa.yaml` has for each origin, roles aside. */
const clusters: Readonly<Record<string, object>> = {
  "the webhook's guide": {
    hosting: "self-published",
    issuerUrl: "https://s3-eu-central-1.amazonaws.com/oidc-test-abcd",
    keys: [{ name: "key", publicKey: rsa }],
  },
  "EKS Anywhere": {
    hosting: "s3",
    bucket: "acme-eksa-oidc",
    publicBy: "acl",
    keys: [{ name: "key", publicKey: rsa }],
    emptyKeyId: true,
  },
  "the Talos documentation's module": {
    hosting: "s3",
    bucket: "acme-talos-oidc",
    publicBy: "acl",
    keys: [{ name: "key", publicKey: rsa }],
  },
  ccoctl: {
    hosting: "s3-virtual-hosted",
    bucket: "ocp-oidc",
    keys: [{ name: "key", publicKey: rsa }],
    additionalAudiences: ["openshift"],
    tags: { "openshift.io/cloud-credential-operator/ocp": "owned", Name: "ocp" },
  },
  kops: {
    hosting: "existing",
    issuerUrl: "https://acme-kops-discovery.s3.eu-central-1.amazonaws.com/minimal.example.com",
    createProvider: true,
    additionalAudiences: ["amazonaws.com"],
    tags: {
      KubernetesCluster: "minimal.example.com",
      Name: "minimal.example.com",
      "kubernetes.io/cluster/minimal.example.com": "owned",
    },
  },
  "documents uploaded by hand": {
    hosting: "s3-virtual-hosted",
    bucket: { name: "some-bucket", existing: true },
    keys: [{ name: "key", publicKey: rsa }],
  },
  "a bucket with a policy": {
    hosting: "s3-virtual-hosted",
    bucket: { name: "acme-own-oidc", versioning: true },
    keys: [{ name: "key", publicKey: rsa }],
    thumbprint: "none",
    tags: { owner: "us", team: "platform" },
  },
};

test.each(titles)("what %s made is described", async (title) => {
  const { cluster } = await adopt(title);
  const { serviceAccountRoles: _roles, ...rest } = cluster;
  expect(rest).toEqual({ ...common, thumbprint, ...clusters[title] });
});

test("roles keep their policies, sessions and descriptions", async () => {
  expect((await adopt("EKS Anywhere")).cluster.serviceAccountRoles).toEqual([
    {
      name: "s3-reader",
      serviceAccounts: ["default/my-serviceaccount"],
      awsManagedPolicies: ["AmazonS3ReadOnlyAccess"],
      inlinePolicyName: "logs",
      inlineStatements: [
        {
          sid: "Own",
          actions: ["s3:PutObject"],
          resources: ["arn:aws:s3:::logs/&{aws:PrincipalTag/team}/*"],
          conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["true"] }],
        },
      ],
    },
    {
      name: "team-a",
      serviceAccounts: ["team-a/*"],
      maxSessionDuration: 7200,
      description: "All of team A",
    },
  ]);
});

test("a tool that deletes by tags, and one that writes the documents again, are named", async () => {
  const { checks } = await adopt("ccoctl");
  expect(checks).toEqual([expect.stringMatching(/^ccoctl aws delete removes what has the tag /)]);
  const kops = await adopt("kops");
  expect(kops.left).toEqual([expect.stringContaining("kops update cluster")]);
  expect(kops.checks).toEqual([expect.stringContaining("enableAWSOIDCProvider")]);
});

test("a JWKS that lies elsewhere stays, and is published again before the discovery document names it", async () => {
  const { left, checks } = await adopt("documents uploaded by hand");
  expect(left).toEqual([expect.stringContaining("/.well-known/jwks.json")]);
  expect(checks).toEqual([expect.stringContaining("-target=aws_s3_object.keys_json")]);
});

const bucketWith = (title: string, changes: object) => {
  const { bucket } = setupOf(originOf(title));
  return { bucket: bucket && { ...bucket, ...changes } };
};

describe("a bucket stays with its owner", () => {
  const read = { Effect: "Allow", Principal: "*", Action: "s3:Get*", Resource: "*" };
  const policy = (...Statement: readonly object[]) => ({ policy: JSON.stringify({ Statement }) });

  it.each<[string, object, string]>([
    ["contains other objects", { others: ["backup.tar"] }, "such as backup.tar"],
    ["lets others in by its ACL", { hasGrants: true }, "its ACL lets others in"],
    [
      "denies something",
      policy(read, { ...read, Effect: "Deny", Condition: {} }),
      "its policy says more",
    ],
    ["lets others write", policy(read, { ...read, Action: "s3:PutObject" }), "policy says more"],
  ])("that %s", async (_, changes, reason) => {
    const title = "a bucket with a policy";
    const { cluster, left } = await adopt(title, bucketWith(title, changes));
    expect(cluster).toMatchObject({
      hosting: "s3-virtual-hosted",
      bucket: { name: "acme-own-oidc", existing: true },
      tags: { owner: "us" },
    });
    expect(left).toEqual([expect.stringContaining(reason)]);
  });

  it("and is taken over when it is for the documents alone", async () => {
    const title = "a bucket with a policy";
    const accessLogs = { bucketName: "acme-logs", prefix: "oidc/" };
    const { cluster, left } = await adopt(
      title,
      bucketWith(title, { ...policy(read), accessLogs }),
    );
    expect(cluster.bucket).toEqual({ name: "acme-own-oidc", versioning: true, accessLogs });
    expect(left).toEqual([]);
  });
});

describe("documents stay with whoever publishes them", () => {
  it("when nothing seems to make them public", async () => {
    const title = "a bucket with a policy";
    const { cluster, left } = await adopt(title, bucketWith(title, { policy: undefined }));
    expect(cluster).toMatchObject({ hosting: "self-published" });
    expect(left).toEqual([expect.stringContaining("neither an ACL nor the bucket's policy")]);
  });

  it("when an ACL makes them public where a policy would have to", async () => {
    const title = "a bucket with a policy";
    const { bucket } = bucketWith(title, { policy: undefined, ownership: "ObjectWriter" });
    const objects = Object.entries(bucket?.objects ?? {}).map(([key, object]) => [
      key,
      { ...object, isPublic: true },
    ]);
    const open = {
      ...bucket,
      publicAccessBlock: undefined,
      objects: Object.fromEntries(objects) as object,
    };
    const { cluster, left } = await adopt(title, { bucket: open as Setup["bucket"] });
    expect(cluster).toMatchObject({ hosting: "self-published" });
    expect(left).toEqual([expect.stringContaining("let the bucket's policy allow everyone")]);
  });

  it("when the policy does not reach the JWKS where it will be", async () => {
    const title = "documents uploaded by hand";
    const policy = JSON.stringify({
      Statement: {
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: "s3:GetObject",
        Resource: ["openid-configuration", "jwks.json"].map(
          (name) => `arn:aws:s3:::some-bucket/.well-known/${name}`,
        ),
      },
    });
    const { cluster } = await adopt(title, bucketWith(title, { policy }));
    expect(cluster).toMatchObject({ hosting: "existing", createProvider: true });
  });

  it("when their bucket cannot be read", async () => {
    const { cluster, left } = await adopt("EKS Anywhere", { bucket: undefined });
    expect(cluster).toMatchObject({ hosting: "self-published" });
    expect(left).toEqual(["the two documents: the bucket could not be read"]);
  });

  it("when the issuer ends with a slash", async () => {
    const issuerUrl = "https://oidc.acme.example/prod/";
    const { cluster } = await adopt("EKS Anywhere", { issuerUrl, bucket: undefined, roles: [] });
    expect(cluster).toMatchObject({ hosting: "existing", issuerUrl, createProvider: true });
  });
});

describe("keys", () => {
  const jwksOf = (title: string) =>
    (
      JSON.parse(setupOf(originOf(title)).published.jwks ?? "") as {
        keys: Record<string, string>[];
      }
    ).keys[0];
  const withKeys = (...keys: readonly object[]) => {
    const { published } = setupOf(originOf("EKS Anywhere"));
    const jwks = JSON.stringify({ keys });
    return adopt("EKS Anywhere", { published: { ...published, jwks }, roles: [] });
  };

  it("keep the kid that they are published with", async () => {
    const key = { ...jwksOf("ccoctl"), kid: "sha1-of-the-file" };
    const { cluster } = await withKeys(key);
    expect(cluster.keys).toEqual([
      {
        name: "key",
        publicKey: expect.stringContaining(`"kid":"sha1-of-the-file"`) as string,
        keyId: "as-given",
      },
    ]);
  });

  it("are named one by one, and which one signs is to be checked", async () => {
    const { cluster, checks } = await withKeys(jwksOf("ccoctl") ?? {}, jwksOf("kops") ?? {});
    expect(cluster).toMatchObject({
      keys: [{ name: "key-1" }, { name: "key-2" }],
      signingKey: "key-1",
    });
    expect(checks).toEqual([expect.stringContaining("signingKey must be the one that signs")]);
  });

  describe("in a secret", () => {
    const withSecret = async (key: object, ...others: readonly object[]) => {
      const { published } = setupOf(originOf("EKS Anywhere"));
      const jwks = JSON.stringify({ keys: [...others, key] });
      const setup = { ...setupOf(originOf("EKS Anywhere")), roles: [] };
      const [publicKey] = await readPublicKeys(JSON.stringify(key));
      if (publicKey === undefined) throw new Error("no key");
      return adoptCluster(
        "prod",
        "eu-central-1",
        { ...setup, published: { ...published, jwks } },
        { id: "talos/prod", publicKey },
      );
    };

    it("are named by it, and sign", async () => {
      const { cluster, checks } = await withSecret(jwksOf("ccoctl") ?? {}, jwksOf("kops") ?? {});
      expect(cluster).toMatchObject({
        keys: [{ publicKey: rsa }, { name: "key-2", secretId: "talos/prod" }],
        signingKey: "key-2",
      });
      expect(checks).toEqual([]);
    });

    it.each([
      ["RSA-3072", () => generateKeyPairSync("rsa", { modulusLength: 3072 })],
      ["EC-P256", () => generateKeyPairSync("ec", { namedCurve: "P-256" })],
      ["EC-P521", () => generateKeyPairSync("ec", { namedCurve: "P-521" })],
    ])("say that they are %s", async (algorithm, generate) => {
      const { cluster } = await withSecret(generate().publicKey.export({ format: "jwk" }));
      expect(cluster.keys).toEqual([{ name: "key", secretId: "talos/prod", algorithm }]);
    });

    it("are refused where another one has no kid, which can only be the one that signs", async () => {
      const other = jwksOf("kops") ?? {};
      const { left } = await withSecret(jwksOf("ccoctl") ?? {}, other, { ...other, kid: "" });
      expect(left).toEqual([expect.stringContaining("not the one that signs")]);
    });
  });

  it.each([
    ["under two kids", (key: object) => [key, { ...key, kid: "other" }], "under two kids"],
    ["too short", () => [{ kty: "RSA", n: "AQAB", e: "AQAB" }], "2048"],
    ["not there", () => [], "no keys"],
  ])("%s leave the documents alone", async (_, keysOf, reason) => {
    const { cluster, left } = await withKeys(...keysOf(jwksOf("ccoctl") ?? {}));
    expect(cluster).toMatchObject({ hosting: "existing" });
    expect(cluster).not.toHaveProperty("keys");
    expect(left).toEqual([expect.stringContaining(reason)]);
  });

  it("that are private are reported, and only the public half is taken", async () => {
    const { cluster, checks } = await withKeys({ ...jwksOf("ccoctl"), d: "c2VjcmV0LXNlY3JldA" });
    expect(checks).toEqual([expect.stringContaining("publishes a private key")]);
    expect(JSON.stringify(cluster)).not.toContain("c2VjcmV0");
  });
});

test("a ServiceAccount with two roles keeps both, and which one counts is to be checked", async () => {
  const { issuerUrl } = originOf("EKS Anywhere");
  const roles = ["b", "a"].map((name) => podRole(name, issuerUrl, "shop:app"));
  const { cluster, checks } = await adopt("EKS Anywhere", { roles });
  expect(cluster.serviceAccountRoles).toMatchObject([
    { name: "a", primaryFor: ["shop/app"] },
    { name: "b" },
  ]);
  expect(checks).toEqual([expect.stringContaining("shop/app may assume a and b")]);
});

test("a role whose account has raised its quotas says so", async () => {
  const { issuerUrl } = originOf("EKS Anywhere");
  const attached = Array.from({ length: 11 }, (_, at) => `arn:aws:iam::${accountId}:policy/p${at}`);
  const role = podRole("app", issuerUrl, "shop:app", { attached });
  const {
    Statement: [statement],
  } = role.trustPolicy as { Statement: readonly object[] };
  const trustPolicy = {
    Version: "2012-10-17",
    Statement: Array.from({ length: 8 }, () => statement),
  };
  const { cluster } = await adopt("EKS Anywhere", { roles: [{ ...role, trustPolicy }] });
  expect(cluster.serviceAccountRoles).toMatchObject([
    { managedPolicyArns: attached, maxManagedPolicies: 11, maxTrustPolicyLength: 4096 },
  ]);
});

test("a role with a value that irsa.yaml refuses stays outside", async () => {
  const { issuerUrl } = originOf("EKS Anywhere");
  const roles = [podRole("app", issuerUrl, "shop:app", { description: "of ${team}" })];
  const { cluster, left } = await adopt("EKS Anywhere", { roles });
  expect(cluster).not.toHaveProperty("serviceAccountRoles");
  expect(left).toEqual([
    expect.stringMatching(/^the role app: it has a value .*: description must/),
  ]);
});

test("inline policies that cannot be said stay outside", async () => {
  const { issuerUrl } = originOf("EKS Anywhere");
  const allow = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "*", Resource: "*" },
  };
  const inline = {
    first: allow,
    second: allow,
    third: { Version: "2012-10-17", Statement: { Effect: "Deny", NotAction: "*", Resource: "*" } },
    fourth: { Statement: [] },
  };
  const { cluster, left } = await adopt("EKS Anywhere", {
    roles: [podRole("app", issuerUrl, "shop:app", { inline })],
  });
  expect(cluster.serviceAccountRoles).toMatchObject([{ inlinePolicyName: "first" }]);
  expect(left).toEqual([
    "the inline policy second of the role app: a role of irsa.yaml has one, first",
    "the inline policy third of the role app: it has a statement with NotAction",
    "the inline policy fourth of the role app: it is in an older policy language",
  ]);
});

test("whatever policies say, each role is taken or left with a reason", async () => {
  const origin = originOf("EKS Anywhere");
  const setup = setupOf(origin);
  const hostpath = origin.issuerUrl.slice("https://".length);
  const word = fc.constantFrom("Allow", "*", "sts:AssumeRole", setup.provider?.arn, "a:b", null, 1);
  const name = fc.constantFrom(
    ...["Effect", "Action", "Principal", "Federated", "AWS", "Condition", "StringEquals", "Sid"],
    ...[`${hostpath}:sub`, `${hostpath}:aud`, "Resource"],
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof({ maxDepth: 4 }, word, fc.array(tie("json"), { maxLength: 2 }), tie("map")),
    map: fc.dictionary(name, tie("json"), { maxKeys: 4 }),
  }));
  const policy = fc.record({ Version: fc.constantFrom("2012-10-17", 1), Statement: json });
  await fc.assert(
    fc.asyncProperty(fc.option(policy), policy, async (trustPolicy, inline) => {
      const own = { inline: { own: inline } };
      const changes = trustPolicy === null ? own : { ...own, trustPolicy };
      const { cluster, left } = await adoptCluster("prod", "eu-central-1", {
        ...setup,
        roles: [podRole("app", origin.issuerUrl, "shop:app", changes)],
      });
      const isTaken = cluster.serviceAccountRoles !== undefined;
      expect(isTaken).toBe(!left.some((each) => each.startsWith("the role app: it ")));
    }),
    { numRuns: 300 },
  );
});

describe("a plan", () => {
  const resource = (type: string, block: Readonly<Record<string, unknown>>) => ({
    resource: { [type]: { it: block } },
  });
  const expectChange = (title: string, type: string, block: Readonly<Record<string, unknown>>) =>
    expectPlan(resource(type, block), setupOf(originOf(title)));

  it("imports what exists, and makes the rest", () => {
    expect(expectChange("EKS Anywhere", "aws_s3_bucket", { bucket: "acme-eksa-oidc" })).toEqual({
      imports: [{ to: "aws_s3_bucket.it", id: "acme-eksa-oidc" }],
      changes: [],
      creates: [],
    });
    expect(expectChange("EKS Anywhere", "aws_s3_bucket", { bucket: "another" })).toEqual({
      imports: [],
      changes: [],
      creates: ["aws_s3_bucket.it"],
    });
  });

  it("changes what differs", () => {
    const block = { bucket: "some-bucket", tags: { owner: "us" } };
    expect(expectChange("documents uploaded by hand", "aws_s3_bucket", block).changes).toEqual([
      {
        address: "aws_s3_bucket.it",
        arguments: { tags: "without team, owner = us", tags_all: "as tags" },
        follow: ["force_destroy"],
      },
    ]);
  });

  it("adds an audience that the identity provider lacks", () => {
    const { bucket, provider, ...setup } = setupOf(originOf("kops"));
    const lacking = { ...setup, bucket, provider: provider && { ...provider, clientIds: ["a"] } };
    const block = { client_id_list: ["sts.amazonaws.com", "a"], tags: provider?.tags };
    expect(expectPlan(resource("aws_iam_openid_connect_provider", block), lacking).changes).toEqual(
      [
        {
          address: "aws_iam_openid_connect_provider.it",
          arguments: { client_id_list: "also sts.amazonaws.com" },
          follow: [],
        },
      ],
    );
  });

  it.each([
    [
      "written in one line",
      (text: string) => JSON.stringify(JSON.parse(text)),
      "formatted otherwise",
    ],
    ["the same", (text: string) => text, "stays: Terraform reads no content of an imported object"],
    ["with other members", () => JSON.stringify({ issuer: "x" }), /^changed in .*jwks_uri/],
    ["known at apply", () => "${data.external.jwks.result.jwks}", "written anew"],
  ])("writes a document that is %s", (_, change, what) => {
    const key = ".well-known/openid-configuration";
    const { content = "" } = originOf("EKS Anywhere").objects[key] ?? {};
    const block = { bucket: "acme-eksa-oidc", key, content: change(content) };
    const { changes } = expectChange("EKS Anywhere", "aws_s3_object", block);
    expect(changes[0]?.arguments.content).toEqual(
      typeof what === "string" ? what : expect.stringMatching(what),
    );
  });
});
