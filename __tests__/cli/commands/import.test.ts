import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { join } from "node:path";
import { listen } from "../../../sandbox/listen";
import { startTlsEndpoint, type TlsEndpoint } from "../../../sandbox/tls-endpoint";
import { issuer, makeKey, providerArn, roleXml, World } from "../doctor/world";
import { irsa, type Surroundings } from "../run";

const region = ["--region", "eu-central-1"];
const argv = ["import", "prod", "--issuer-url", issuer, ...region];
const found = {
  ListRoles: `<Roles><member>${roleXml().replaceAll(/<\/?Role>/g, "")}</member></Roles><IsTruncated>false</IsTruncated>`,
  GetRole: roleXml().replace("</Role>", "<Path>/</Path></Role>"),
  ListAttachedRolePolicies:
    "<AttachedPolicies><member><PolicyArn>arn:aws:iam::aws:policy/ReadOnlyAccess</PolicyArn></member></AttachedPolicies>",
  ListRolePolicies: "<PolicyNames><member>own</member></PolicyNames>",
  GetRolePolicy: `<PolicyDocument>${encodeURIComponent(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
    }),
  )}</PolicyDocument>`,
};

let world: World;
beforeAll(async () => {
  world = await World.start();
});
beforeEach(() => {
  world.heal();
  Object.assign(world.aws, found);
});
afterAll(() => world.stop());

const run = (words: readonly string[] = argv, surroundings: Surroundings = {}) =>
  irsa(words, { env: world.env, authorities: [...world.authorities], ...surroundings });

test("what exists becomes a configuration that is valid, and import blocks", async () => {
  const { status, stdout, stderr, written } = await run();
  expect([status, stderr]).toEqual([0, ""]);
  expect(Object.keys(written)).toEqual(["irsa.yaml", "prod.import.tf"]);
  expect((await irsa(["validate"], { files: written })).status).toBe(0);
  expect(written["prod.import.tf"]).toContain(
    `import {\n  to = aws_iam_openid_connect_provider.oidc\n  id = "${providerArn}"\n}\n`,
  );
  expect(written["prod.import.tf"]).toContain(
    `import {\n  to = aws_iam_role_policy.shop-app_own\n  id = "shop-app:own"\n}\n`,
  );
  expect(stdout).toContain("\nOutside of Terraform, and as they are, stay:\n  the two documents: ");
  expect(stdout).toContain("\n  cp prod.import.tf cdktf.out/stacks/prod/import.tf\n");
});

test("nothing but reads is sent", async () => {
  await run();
  expect(world.awsCalls.filter((action) => !/^(Get|List)/.test(action))).toEqual([]);
  expect(world.kubernetes.requests).toEqual([]);
});

test("what AWS refuses is named, with what it would have shown", async () => {
  world.aws.GetRolePolicy = { status: 403, code: "AccessDenied" };
  world.aws.GetOpenIDConnectProvider = { status: 403, code: "AccessDenied" };
  const { status, stdout, written } = await run();
  expect(status).toBe(0);
  expect(stdout).toContain(
    "\nCould not be read:\n  audiences, thumbprints and tags of the identity provider: AWS answers 403: your credentials need iam:GetOpenIDConnectProvider\n  the role shop-app: AWS answers 403: your credentials need iam:GetRolePolicy\n",
  );
  expect(written["irsa.yaml"]).not.toContain("serviceAccountRoles");
});

test("documents that cannot be read leave the keys out", async () => {
  world.documents = {};
  const { stdout, written } = await run();
  expect(written["irsa.yaml"]).toContain("hosting: existing");
  expect(stdout).toContain("/.well-known/openid-configuration cannot be read: HTTP 404");
});

test.each([
  ["no JSON", "<html>", "names no JWKS"],
  ["null", "null", "names no JWKS"],
])("a discovery document that is %s leaves the keys out", async (_, body, message) => {
  world.documents["/prod/.well-known/openid-configuration"] = { body };
  const { status, stdout, written } = await run();
  expect(status).toBe(0);
  expect(written["irsa.yaml"]).toContain("hosting: existing");
  expect(stdout).toContain(message);
});

test.each(["null", "[]", '{"keys": "x"}', '{"keys": [null]}', "<html>"])(
  "a JWKS that is %s leaves the keys out",
  async (body) => {
    world.documents["/prod/keys.json"] = { body };
    const { status, written } = await run();
    expect(status).toBe(0);
    expect(written["irsa.yaml"]).toContain("hosting: existing");
  },
);

test("roles are read page by page", async () => {
  const pages = ["<Roles/><IsTruncated>true</IsTruncated><Marker>next</Marker>", found.ListRoles];
  world.aws.ListRoles = (input) => pages[input.get("Marker") === "next" ? 1 : 0] ?? "";
  const { written } = await run();
  expect(written["irsa.yaml"]).toContain("name: shop-app");
});

test("a result as JSON", async () => {
  const { stdout } = await run([...argv, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    cluster: "prod",
    written: ["irsa.yaml", "prod.import.tf"],
    imports: expect.arrayContaining([{ to: "aws_iam_role.shop-app", id: "shop-app" }]) as unknown,
    changes: [],
    creates: expect.arrayContaining(["terraform_data.deletion_protection"]) as unknown,
    unread: [],
  });
});

describe("a configuration that exists", () => {
  const other = `clusters:\n  - name: other\n    region: eu-central-1\n    hosting: existing\n    issuerUrl: https://a.example\n`;

  it("gets a file more", async () => {
    const { status, stdout, written } = await run(argv, { files: { "irsa.yaml": other } });
    expect(status).toBe(0);
    expect(Object.keys(written)).toEqual(["clusters/prod.yaml", "prod.import.tf"]);
    expect(written["clusters/prod.yaml"]).toMatch(
      /^# yaml.*irsa-cluster[.]schema[.]json\nname: prod\n/,
    );
    expect(stdout).toContain("\n  irsa synth prod\n");
    const files = { "irsa.yaml": other, ...written };
    expect((await irsa(["validate"], { files })).status).toBe(0);
  });

  it("stays as it is when it has the cluster", async () => {
    const files = {
      "irsa.yaml": `${other}${other.slice("clusters:\n".length).replace("other", "prod").replace("a.example", "b.example")}`,
    };
    const { status, stderr, written } = await run(argv, { files });
    expect(status).toBe(1);
    expect(stderr).toContain("the configuration has a cluster prod already");
    expect(written).toEqual({});
  });

  it("is written again when the import wrote it, with --force", async () => {
    const first = (await run()).written;
    const files = {
      ...first,
      "irsa.yaml": (first["irsa.yaml"] ?? "").replace("shop-app", "shop-a"),
    };
    const refused = await run(argv, { files });
    expect([refused.status, refused.written]).toEqual([1, {}]);
    expect(refused.stderr).toContain(
      "irsa.yaml exists with other content; replace it with --force",
    );
    const forced = await run([...argv, "--force"], { files });
    expect(forced.written).toMatchObject({ "irsa.yaml": first["irsa.yaml"] });
  });

  it("is refused with its own mistakes, and those that its defaults bring", async () => {
    const files = { "irsa.yaml": `defaults:\n  talos: {}\n${other}` };
    const { status, stderr, written } = await run(argv, { files });
    expect([status, written]).toEqual([1, {}]);
    expect(stderr).toContain("irsa.yaml:2:");
  });
});

test.each<[string, readonly string[], string]>([
  ["an empty region and no issuer", ["import", "prod", "--region", ""], "--region must be"],
  ["no region", ["import", "prod", "--issuer-url", issuer], "--region is missing"],
  [
    "an issuer that is none",
    ["import", "prod", "--issuer-url", "http://a", ...region],
    "--issuer-url must begin with https://",
  ],
  [
    "a region that is none",
    [...argv.slice(0, 4), "--region", "mars-1"],
    "--region must be an AWS region",
  ],
  ["a name that is none", ["import", "a b", ...argv.slice(2)], "the cluster's name must"],
])("%s is refused", async (_, words, message) => {
  const { status, stderr, written } = await run(words);
  expect([status, written]).toEqual([1, {}]);
  expect(stderr).toContain(message);
  expect(world.awsCalls).toEqual([]);
});

test("without an issuer those that the account trusts are listed", async () => {
  const { status, stderr, written } = await run(["import", "prod"]);
  expect([status, written]).toEqual([1, {}]);
  expect(stderr).toBe(
    `--issuer-url is missing; the account 111122223333 trusts these issuers:\n  ${issuer}\n`,
  );
});

test("without credentials nothing is written", async () => {
  world.aws.GetCallerIdentity = { status: 403, code: "InvalidClientTokenId" };
  const { status, stderr, written } = await run();
  expect([status, written]).toEqual([1, {}]);
  expect(stderr).toContain("sign in again");
});

describe("a secret", () => {
  let secrets: Server;
  let content: string;
  beforeAll(async () => {
    secrets = createServer((_, response) => {
      response.setHeader("content-type", "application/x-amz-json-1.1");
      response.end(JSON.stringify({ SecretString: content }));
    });
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${await listen(secrets)}`;
  });
  afterAll(() => secrets.close());
  const words = [...argv, "--secret-id", "talos/prod"];

  it("with the key that is published is named in its place", async () => {
    world.documents["/prod/keys.json"] = { body: world.jwks() };
    content = Buffer.from(world.key.pem).toString("base64");
    const { status, stdout, stderr, written } = await run(words);
    expect([status, stderr]).toEqual([0, ""]);
    expect(written["irsa.yaml"]).toContain(
      "    keys:\n      - name: key\n        secretId: talos/prod\n",
    );
    expect(`${stdout}${JSON.stringify(written)}`).not.toContain(content.slice(200, 240));
    expect((await irsa(["validate"], { files: written })).status).toBe(0);
  });

  it.each([
    ["another key", () => makeKey().pem, "which the issuer does not publish"],
    ["no key", () => "hunter2", "the secret talos/prod must be a PEM private key"],
  ])("with %s is refused", async (_, make, message) => {
    content = make();
    const { status, stderr, written } = await run(words);
    expect([status, written]).toEqual([1, {}]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("hunter2");
  });

  it("has no use where the keys stay outside", async () => {
    content = world.key.pem;
    world.documents = {};
    const { status, stderr } = await run(words);
    expect(status).toBe(1);
    expect(stderr).toContain("the keys stay outside of Terraform");
  });
});

describe("a bucket", () => {
  const bucketIssuer = "https://acme-oidc.s3.eu-central-1.amazonaws.com";
  const requests: IncomingMessage[] = [];
  let s3: Server;
  let tls: TlsEndpoint;
  let jwksPath: string;
  let answer: (path: string) => readonly [status: number, body: string];
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    s3 = createServer((request, response) => {
      requests.push(request);
      const [status, body] = answer(request.url ?? "");
      response.writeHead(status, { "content-type": "application/xml" }).end(body);
    });
    const url = `http://127.0.0.1:${await listen(s3)}`;
    tls = await startTlsEndpoint([new URL(bucketIssuer).hostname], ({ url: path }, response) => {
      response.writeHead(200, { connection: "close" });
      response.end(
        path === jwksPath
          ? world.jwks()
          : world.discovery({ issuer: bucketIssuer, jwks_uri: `${bucketIssuer}${jwksPath}` }),
      );
    });
    env = { ...world.env, HTTPS_PROXY: tls.env.HTTPS_PROXY, AWS_ENDPOINT_URL_S3: url };
  });
  beforeEach(() => {
    requests.length = 0;
    jwksPath = "/keys.json";
    world.aws.ListRoles = "<Roles/><IsTruncated>false</IsTruncated>";
  });
  afterAll(async () => {
    s3.close();
    await tls.stop();
  });
  const words = ["import", "prod", "--issuer-url", bucketIssuer];
  const runThere = () => run(words, { env, authorities: [tls.root] });

  it("that S3 does not show leaves the documents alone", async () => {
    answer = () => [403, "<Error><Code>AccessDenied</Code></Error>"];
    const { stdout, written } = await runThere();
    expect(written["irsa.yaml"]).toContain("hosting: self-published");
    expect(stdout).toMatch(/Could not be read:\n {2}the bucket acme-oidc: .* need s3:Get/);
  });

  /** An open bucket with both documents; settings that it does not have are missing. */
  const openBucket = (path: string): ReturnType<typeof answer> => {
    if (path.includes("policy=")) {
      const Resource = "arn:aws:s3:::acme-oidc/*";
      const Statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource };
      return [200, JSON.stringify({ Version: "2012-10-17", Statement })];
    }
    return path.includes("?") && !path.includes("list-type")
      ? [404, "<Error><Code>NoSuchSetting</Code></Error>"]
      : [200, "<R><Contents><Key>keys.json</Key></Contents></R>"];
  };

  it("with its JWKS elsewhere gets one more before the discovery document changes", async () => {
    jwksPath = "/openid/keys";
    answer = (path) => (path.endsWith("/keys.json") ? [404, ""] : openBucket(path));
    const { stdout, written } = await runThere();
    expect(written["irsa.yaml"]).toContain("      existing: true\n");
    expect(stdout).toMatch(
      /stacks[/]prod apply -target=aws_s3_object[.]keys_json\n .* -chdir=cdktf.out[/]stacks[/]prod apply\n/,
    );
  });

  it("needs the permissions that the guide lists", async () => {
    answer = openBucket;
    await runThere();
    world.aws.ListRoles = found.ListRoles;
    await run();
    const guide = readFileSync(join(__dirname, "../../../docs/guides/adopting.md"), "utf8");
    const [, section = ""] = /\n## Permissions\n([^#]*)/.exec(guide) ?? [];
    const listed = [...section.matchAll(/`((?:iam|s3):\w+)`/g)].map(([, action]) => action);
    const used = [
      ...world.awsCalls.filter((call) => call !== "GetCallerIdentity").map((call) => `iam:${call}`),
      ...requests.map(({ url = "" }) => s3Action(url)),
    ];
    expect(listed).toEqual([...new Set(used)].sort());
  });

  it("is read by signed GET requests, in the region of its URL", async () => {
    answer = openBucket;
    const { status, written } = await runThere();
    expect(status).toBe(0);
    expect(written["irsa.yaml"]).toContain("hosting: s3-virtual-hosted\n    bucket: acme-oidc\n");
    expect(requests.map(({ method }) => method)).toEqual(requests.map(() => "GET"));
    const secret = process.env.AWS_SECRET_ACCESS_KEY ?? "";
    for (const request of requests) {
      expect(request.headers.authorization).toBe(authorizationOf(request, secret, "eu-central-1"));
    }
  });
});

/** @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html Create a signed AWS API request} */
function authorizationOf({ url = "", headers }: IncomingMessage, secret: string, region: string) {
  const [path = "", query = ""] = url.split("?");
  const signed = ["host", "x-amz-content-sha256", "x-amz-date"];
  const time = String(headers["x-amz-date"]);
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const hmac = (key: string | Buffer, text: string) =>
    createHmac("sha256", key).update(text).digest();
  const canonical = [
    "GET",
    path,
    query.split("&").sort().join("&"),
    ...signed.map((name) => `${name}:${String(headers[name])}`),
    "",
    signed.join(";"),
    hash(""),
  ].join("\n");
  const scope = [time.slice(0, 8), region, "s3", "aws4_request"];
  const toSign = ["AWS4-HMAC-SHA256", time, scope.join("/"), hash(canonical)].join("\n");
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const signature = hmac(key, toSign).toString("hex");
  return `AWS4-HMAC-SHA256 Credential=testing/${scope.join("/")}, SignedHeaders=${signed.join(";")}, Signature=${signature}`;
}

/** The permission that a request of S3 needs, by its subresource. */
function s3Action(url: string): string {
  const [path = "", query = ""] = url.split("?");
  const [subresource = ""] = query.split("=");
  const what = /^[/][^/]+[/].+/.test(path) ? "Object" : "Bucket";
  if (subresource === "list-type") return "s3:ListBucket";
  const name = subresource === "acl" ? "Acl" : subresource === "policy" ? "Policy" : subresource;
  return `s3:Get${what}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
