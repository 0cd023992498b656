import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsApi } from "../../sandbox/aws-api";
import type { Observation } from "../../sandbox/fault-proxy";
import { LocalCloud } from "../../sandbox/local-cloud";
import type { Plan, Terraform } from "../../sandbox/terraform-runner";
import { startTlsEndpoint, type TlsEndpoint } from "../../sandbox/tls-endpoint";
import type { ExpectedPlan } from "../../modules/adoption";
import { irsa } from "../cli/run";
import { type Origin, origins, titles } from "../fixtures/origins";
import { reconfigure } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { published } from "./support/issuer";

const s3Host = "s3.eu-central-1.amazonaws.com";
const certificateNames = [s3Host, `*.${s3Host}`, "s3-eu-central-1.amazonaws.com"];

/** Of a user of the account; the emulator looks at no signature. */
const authorization =
  "AWS4-HMAC-SHA256 Credential=testing/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/** What `irsa import --json` reports. */
type Imported = ExpectedPlan & { readonly unread: unknown; readonly checks: readonly string[] };

/** What the command says to apply first, where the JWKS moves. */
const target = "-target=aws_s3_object.keys_json";

interface Run {
  readonly origin: Origin;
  /** The cluster's name, and that of its stack. */
  readonly name: string;
  readonly imported: Imported;
}

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "a set-up that exists",
  () => {
    const runs: Run[] = [];
    let cloud: LocalCloud;
    let hosts: TlsEndpoint;
    let terraform: Terraform;
    let plan: Plan;
    let changes: Awaited<ReturnType<Terraform["changes"]>>;
    let watched: Observation;
    const environment = { ...process.env };

    beforeAll(async () => {
      cloud = await LocalCloud.start();
      // The emulator in the place of S3, by https.
      hosts = await startTlsEndpoint(certificateNames, ({ headers, url = "" }, response) => {
        const [bucket = ""] = (headers.host ?? "").split(`.${s3Host}`);
        const path = bucket.startsWith("s3") ? url : `/${bucket}${url}`;
        // Without credentials the emulator takes jwks.json for that of Cognito.
        const request = { headers: { authorization } };
        void fetch(`${cloud.emulator.url}${path}`, request).then(async (answer) => {
          response.writeHead(answer.status, { connection: "close" }).end(await answer.text());
        });
      });
      Object.assign(process.env, {
        AWS_ENDPOINT_URL: cloud.emulator.url,
        AWS_ACCESS_KEY_ID: "testing",
        AWS_SECRET_ACCESS_KEY: "testing",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      });

      const env = { HTTPS_PROXY: hosts.env.HTTPS_PROXY, AWS_ENDPOINT_URL: cloud.emulator.url };
      let files: Readonly<Record<string, string>> = {};
      for (const [index, origin] of (await origins()).entries()) {
        await make(origin, cloud.emulator.url);
        const name = `cluster-${index}`;
        const place = ["--issuer-url", origin.issuerUrl, "--region", "eu-central-1"];
        if (origin.secretId !== undefined) place.push("--secret-id", origin.secretId);
        const { status, stdout, stderr, written } = await irsa(
          ["import", name, ...place, "--json"],
          {
            ...{ files, env },
            authorities: [hosts.root],
          },
        );
        expect([status, stderr]).toEqual([0, ""]);
        files = { ...files, ...written };
        runs.push({ origin, name, imported: JSON.parse(stdout) as Imported });
      }
      terraform = await cloud.terraform(await rootModule(files, runs), {
        env: { AWS_REGION: "eu-central-1" },
      });
      plan = await terraform.plan();
      changes = await terraform.changes(plan);
      watched = cloud.proxy.observe(async ({ path, query }) => {
        for (const { origin } of runs) {
          const write = `${path}?${query.join("&")}`;
          if (path.startsWith(`/${origin.bucketName}`)) await assertServed(origin, write, cloud);
        }
      });
    }, 300_000);
    afterAll(async () => {
      process.env = environment;
      await Promise.all([cloud.stop(), hosts.stop()]);
    });

    test("is neither replaced nor destroyed", () => {
      const count = runs.flatMap(({ imported }) => imported.imports).length;
      expect(plan.text).toMatch(new RegExp(`^Plan: ${count} to import, .* 0 to destroy[.]$`, "m"));
    });

    test.each(titles.map((title, index) => [title, index] as const))(
      "made by %s is planned as it was listed",
      (_title, index) => {
        const run = runs[index];
        if (run === undefined) throw new Error("it was not imported");
        const { name, imported } = run;
        const own = changes
          .filter(({ address }) => address.startsWith(`module.${name}.`))
          .map((change) => ({ ...change, address: change.address.slice(`module.${name}.`.length) }))
          .filter(({ action }) => action !== "read");
        const created = own.filter(({ action }) => action === "create");
        const updated = own.filter(({ action }) => action !== "create");
        expect(imported.unread).toEqual([]);
        expect(new Set(created.map(({ address }) => address.replace(/\[.*\]$/, "")))).toEqual(
          new Set(imported.creates),
        );
        expect(updated.map(({ address, action }) => [address, action]).sort()).toEqual(
          imported.changes.map(({ address }) => [address, "update"]).sort(),
        );
        for (const { address, arguments: listed, follow } of imported.changes) {
          const shown = updated.find((change) => change.address === address)?.arguments ?? [];
          expect([address, ...shown]).toEqual(
            expect.arrayContaining([address, ...Object.keys(listed)]),
          );
          expect([address, ...Object.keys(listed), ...follow]).toEqual(
            expect.arrayContaining([address, ...shown]),
          );
        }
      },
    );

    test("that has its JWKS elsewhere gets one before the discovery document names it", async () => {
      const run = runs.find(({ imported }) => imported.checks.join().includes(target));
      const targeted = target.replace("=", `=module.${run?.name}.`);
      await terraform.run("apply", "-no-color", "-auto-approve", targeted);
      expect(await published(cloud, "some-bucket")).toContain('"keys":[');
      const discovery = await published(cloud, "some-bucket", ".well-known/openid-configuration");
      expect(discovery).toContain("/.well-known/jwks.json");
    });

    test("is applied, and the next plan shows nothing", async () => {
      await terraform.apply();
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("was served to everyone after every write", () => {
      expect(watched.failures).toEqual([]);
      const paths = new Set(watched.changes.map(({ path }) => path));
      expect([...paths].filter((path) => path.endsWith("/keys.json"))).toHaveLength(5);
    });
  },
);

/** The stacks as modules of one configuration: Terraform starts once for all of them. */
async function rootModule(files: Readonly<Record<string, string>>, runs: readonly Run[]) {
  const { cwd } = await irsa(["synth"], { files });
  const modules = runs.map(({ name }) => {
    const directory = join(cwd, "cdktf.out/stacks", name);
    const file = join(directory, "cdk.tf.json");
    const {
      provider: _provider,
      terraform,
      ...stack
    } = JSON.parse(readFileSync(file, "utf8")) as {
      readonly provider: unknown;
      readonly terraform: { readonly backend: unknown };
    };
    const { backend: _backend, ...requirements } = terraform;
    writeFileSync(file, JSON.stringify({ ...stack, terraform: requirements }));
    return [name, { source: `./stacks/${name}` }] as const;
  });
  const root = join(cwd, "cdktf.out");
  reconfigure(root, { provider: { aws: [{}] }, module: Object.fromEntries(modules) });
  for (const { name } of runs) {
    const blocks = files[`${name}.import.tf`] ?? "";
    writeFileSync(join(root, `${name}.tf`), blocks.replaceAll("to = ", `to = module.${name}.`));
  }
  return root;
}

/**
 * Follows an issuer's documents as AWS does, and holds their access against what S3 has of it: the emulator
 * itself shows everything to everyone.
 */
async function assertServed(origin: Origin, write: string, cloud: LocalCloud): Promise<void> {
  const { bucketName, issuerUrl, objects, jwksUri } = origin;
  const read = async (path: string) => {
    const response = await fetch(`${cloud.emulator.url}/${bucketName}${path}`, {
      headers: { authorization },
    });
    return response.ok ? response.text() : "";
  };
  const [policy, block, ownership] = await Promise.all(
    ["?policy", "?publicAccessBlock", "?ownershipControls"].map(read),
  );
  const { Statement = [] } = JSON.parse(policy === "" ? "{}" : (policy ?? "")) as {
    Statement?: PolicyStatement[];
  };
  const isOn = (name: string) => block?.includes(`<${name}>true<`) === true;
  const keyOf = (url: string) => {
    const path = url.slice(issuerUrl.length);
    const known = Object.keys(objects).find((key) => `/${key}`.endsWith(path));
    return `/${known ?? path.slice(1)}`;
  };
  const get = async (url: string) => {
    const key = keyOf(url);
    const byPolicy =
      !isOn("RestrictPublicBuckets") &&
      Statement.some(({ Effect, Principal, Resource }) => {
        const arns = [Resource].flat().map((arn) => arn.replace("/*", key));
        const isOpen = Principal === "*" || Principal?.AWS === "*";
        return Effect === "Allow" && isOpen && arns.includes(`arn:aws:s3:::${bucketName}${key}`);
      });
    const byAcl =
      !isOn("IgnorePublicAcls") &&
      ownership?.includes("BucketOwnerEnforced") !== true &&
      (await read(`${key}?acl`)).includes("/global/AllUsers");
    if (!byPolicy && !byAcl) throw new Error(`${url} is not public after ${write}`);
    return JSON.parse(await read(key)) as { jwks_uri?: string; keys?: { kid: string }[] };
  };
  const { jwks_uri = "" } = await get(`${issuerUrl}/.well-known/openid-configuration`);
  const before = JSON.parse(objects[keyOf(jwksUri).slice(1)]?.content ?? "") as {
    readonly keys: readonly { readonly kid: string }[];
  };
  const kids = (await get(jwks_uri)).keys?.map(({ kid }) => kid);
  const lost = before.keys.filter(({ kid }) => kids?.includes(kid) !== true);
  if (lost.length > 0) throw new Error(`${jwks_uri} lacks a key after ${write}`);
}

interface PolicyStatement {
  readonly Effect: string;
  readonly Principal?: "*" | { readonly AWS: string };
  readonly Resource: string | readonly string[];
}

/** Makes a set-up as its origin does: the calls of the AWS command line. */
async function make(origin: Origin, endpoint: string): Promise<void> {
  const { bucketName, bucket, objects, issuerUrl, provider, roles } = origin;
  const put = async (path: string, body: string, headers: Record<string, string> = {}) => {
    const request = { method: "PUT", body, headers: { authorization, ...headers } };
    const response = await fetch(`${endpoint}/${bucketName}${path}`, request);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  };
  const location = "<LocationConstraint>eu-central-1</LocationConstraint>";
  await put("", `<CreateBucketConfiguration>${location}</CreateBucketConfiguration>`);
  const { ownership, publicAccessBlock, policy, versioning, tags } = bucket;
  if (ownership !== undefined) {
    const rule = `<Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule>`;
    await put("?ownershipControls", `<OwnershipControls>${rule}</OwnershipControls>`);
  }
  if (publicAccessBlock !== undefined) {
    const switches = Object.entries(publicAccessBlock).map(([name, value]) => {
      const element = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      return `<${element}>${value}</${element}>`;
    });
    await put(
      "?publicAccessBlock",
      `<PublicAccessBlockConfiguration>${switches.join("")}</PublicAccessBlockConfiguration>`,
    );
  }
  if (policy !== undefined) await put("?policy", policy);
  if (versioning !== undefined) {
    await put(
      "?versioning",
      `<VersioningConfiguration><Status>${versioning}</Status></VersioningConfiguration>`,
    );
  }
  if (Object.keys(tags).length > 0) {
    const set = Object.entries(tags).map(
      ([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`,
    );
    await put("?tagging", `<Tagging><TagSet>${set.join("")}</TagSet></Tagging>`);
  }
  for (const [
    key,
    { content, contentType, cacheControl, tags: ofObject, isPublic },
  ] of Object.entries(objects)) {
    await put(`/${key}`, content, {
      "content-type": contentType ?? "binary/octet-stream",
      ...(cacheControl !== undefined && { "cache-control": cacheControl }),
      ...(ofObject !== undefined && { "x-amz-tagging": new URLSearchParams(ofObject).toString() }),
      ...(isPublic === true && { "x-amz-acl": "public-read" }),
    });
  }
  const api = new AwsApi(endpoint, "eu-central-1");
  if (origin.secretId !== undefined) {
    const SecretString = Buffer.from(origin.privateKey ?? "").toString("base64");
    await api.secretsManager("CreateSecret", {
      Name: origin.secretId,
      SecretString,
      ClientRequestToken: randomUUID(),
    });
  }
  await api.iam("CreateOpenIDConnectProvider", {
    Url: issuerUrl,
    ...members("ClientIDList", provider.clientIds),
    ...members("ThumbprintList", provider.thumbprints),
    ...tagMembers(provider.tags),
  });
  for (const role of roles) {
    const { name: RoleName, description, maxSessionDuration, trustPolicy, attached, inline } = role;
    await api.iam("CreateRole", {
      RoleName,
      Description: description,
      MaxSessionDuration: `${maxSessionDuration}`,
      AssumeRolePolicyDocument: JSON.stringify(trustPolicy),
      ...tagMembers(role.tags),
    });
    for (const PolicyArn of attached) await api.iam("AttachRolePolicy", { RoleName, PolicyArn });
    for (const [PolicyName, document] of Object.entries(inline)) {
      const PolicyDocument = JSON.stringify(document);
      await api.iam("PutRolePolicy", { RoleName, PolicyName, PolicyDocument });
    }
  }
}

function members(name: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, index) => [`${name}.member.${index + 1}`, value]));
}

function tagMembers(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value], index) => [
      [`Tags.member.${index + 1}.Key`, key],
      [`Tags.member.${index + 1}.Value`, value],
    ]),
  );
}
