import { writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps, type Server } from "node:https";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { collectApiServers } from "../../../cli/evidence/api-servers";
import { ClusterConnection } from "../../../cli/evidence/cluster-connection";
import { collect, type Limits } from "../../../cli/evidence/collected";
import { collectDryRun } from "../../../cli/evidence/dry-run";
import { Iam } from "../../../cli/evidence/iam";
import { collectPods } from "../../../cli/evidence/pods";
import { collectPublished } from "../../../cli/evidence/published";
import { collectServiceAccount } from "../../../cli/evidence/service-account";
import { collectSts } from "../../../cli/evidence/sts";
import { readTerraformIam } from "../../../cli/evidence/terraform-state";
import { collectToken } from "../../../cli/evidence/token";
import { collectWebhook } from "../../../cli/evidence/webhook";
import { Host } from "../../../cli/io/host";
import { Kubectl, type KubectlOptions } from "../../../cli/io/kubectl";
import { temporaryDirectory } from "../../../sandbox/directory";
import { freePort, listen } from "../../../sandbox/listen";
import { makeCertificates } from "../../../sandbox/tls-endpoint";
import { describeWithPrograms } from "../../support/describe-with-programs";
import { failure, found } from "../../support/kubernetes-api";
import { PrivateKeyScanner } from "../../e2e/support/private-key-scanner";
import { healthyWebhook, lines, makeKey, roleArn, World } from "./world";

jest.setTimeout(120_000);

/** For what answers. */
const patient = (): Limits => ({
  requestMilliseconds: 60_000,
  collectorMilliseconds: 90_000,
  signal: AbortSignal.timeout(90_000),
});
/** For what never does. */
const hasty = (): Limits => ({
  requestMilliseconds: 300,
  collectorMilliseconds: 60_000,
  signal: AbortSignal.timeout(60_000),
});

function hostOf(env: Record<string, string> = {}, authorities?: readonly string[]): Host {
  const sink = () =>
    new Writable({
      write: (_chunk, _encoding, done) => {
        done();
      },
    });
  return new Host({
    ...{ stdin: Readable.from([]), stdout: sink(), stderr: sink(), cwd: process.cwd() },
    ...{ env, authorities },
  });
}

const huge = "x".repeat(2 * 1024 * 1024);

describeWithPrograms(["openssl"], "the published documents", () => {
  let server: Server;
  let url: string;
  let answer: RequestListener;
  const { chain, key, root } = makeCertificates(["127.0.0.1"]);
  beforeAll(async () => {
    server = createHttps({ cert: chain, key }, (request, response) => {
      answer(request, response);
    });
    url = `https://127.0.0.1:${await listen(server)}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const collectFrom = async (issuer: string, limits = patient(), authorities = [root]) =>
    (await collectPublished(issuer, limits, hostOf({}, authorities))).evidence;

  test("are read with chain, headers and both bodies", async () => {
    answer = (request, response) => {
      response.setHeader("content-type", "application/json").setHeader("set-cookie", "secret=1");
      response.end(
        request.url === "/keys"
          ? '{"keys":[]}'
          : JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }),
      );
    };
    const { discovery, jwks } = await collectFrom(url);
    expect(discovery).toMatchObject({
      url: `${url}/.well-known/openid-configuration`,
      status: 200,
      headers: { "content-type": "application/json" },
    });
    expect(Object.keys(discovery.headers).sort()).toEqual(["content-type", "date"]);
    expect(jwks).toMatchObject({ url: `${url}/keys`, status: 200, body: '{"keys":[]}' });
    expect(discovery.chain?.map(({ subject }) => subject)).toEqual([
      "CN=throw-away test leaf",
      "CN=throw-away test root",
    ]);
    expect(discovery.chainError).toBeUndefined();
  });

  test("of a host with a certificate authority that nobody knows say so, and are read all the same", async () => {
    answer = (_, response) => response.end("{}");
    const { discovery } = await collectPublished(url, patient(), hostOf()).then(
      ({ evidence }) => evidence,
    );
    expect(discovery).toMatchObject({ status: 200, body: "{}" });
    expect(discovery.chainError).toMatch(/SELF_SIGNED|UNABLE_TO/);
  });

  test("behind a redirect are not followed", async () => {
    answer = (_, response) =>
      response.writeHead(302, { location: "https://elsewhere.example/" }).end();
    expect(await collectFrom(url)).toMatchObject({
      discovery: { status: 302, headers: { location: "https://elsewhere.example/" } },
    });
  });

  test.each([403, 404, 503])("with status %d are that", async (status) => {
    answer = (_, response) => response.writeHead(status).end("no");
    expect(await collectFrom(url)).toEqual({
      discovery: expect.objectContaining({ status, body: "no" }) as unknown,
    });
  });

  test("that are not JSON are kept as they are; there is no JWKS then", async () => {
    answer = (_, response) => response.end("<html>");
    const evidence = await collectFrom(url);
    expect(Object.keys(evidence)).toEqual(["discovery"]);
    expect(evidence.discovery.body).toBe("<html>");
  });

  test("that are huge are cut at 1 MiB", async () => {
    answer = (_, response) => response.end(huge);
    const { discovery } = await collectFrom(url);
    expect([discovery.isTruncated, discovery.body?.length]).toEqual([true, 1024 * 1024]);
  });

  test("of a host that refuses, does not exist or is silent have a code", async () => {
    const refusing = await collectFrom(`https://127.0.0.1:${await freePort()}`);
    expect(refusing.discovery.error).toBe("ECONNREFUSED");
    answer = () => undefined;
    const silent = await collectFrom(url, hasty());
    expect(silent.discovery.error).toBe("ETIMEDOUT");
    const proxied = hostOf({ HTTPS_PROXY: `http://127.0.0.1:${await freePort()}` });
    const broken = await collectPublished("https://oidc.acme.example", patient(), proxied);
    expect(broken.evidence.discovery.error).toBe("EPROXY_ECONNREFUSED");
  });

  test("with a private key lose it, and keep the names of its members", async () => {
    const { pem, jwk } = makeKey();
    const secret = Object.fromEntries(
      ["d", "p", "q", "dp", "dq", "qi"].map((name) => [name, huge.slice(0, 80)]),
    );
    answer = (request, response) => {
      response.end(
        request.url === "/keys"
          ? JSON.stringify({ keys: [{ ...jwk, ...secret }], note: pem })
          : JSON.stringify({ jwks_uri: `${url}/keys` }),
      );
    };
    const { jwks } = await collectFrom(url);
    expect(jwks?.body).toContain('"d":"(key material)"');
    expect(jwks?.body).toContain(String(jwk.n));
    expect(jwks?.body).not.toContain("xxx");
    expect(new PrivateKeyScanner(pem).count(jwks?.body ?? "")).toBe(0);
  });
});

describe("IAM", () => {
  let url: string;
  let answer: RequestListener;
  const server = createHttp((request, response) => {
    answer(request, response);
  });
  const environment = { ...process.env };
  beforeAll(async () => {
    url = `http://127.0.0.1:${await listen(server)}`;
  });
  beforeEach(() => {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: "testing",
      AWS_SECRET_ACCESS_KEY: "testing",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    });
  });
  afterEach(() => {
    process.env = { ...environment };
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const open = (limits = patient()) => collect("IAM", limits, () => Iam.open({}, limits));
  const error =
    (status: number, code: string): RequestListener =>
    (_, response) => {
      response
        .writeHead(status)
        .end(
          `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
        );
    };

  test("refused: the credentials are the reason", async () => {
    answer = error(403, "InvalidClientTokenId");
    expect(await open()).toEqual({
      missing:
        "sts:GetCallerIdentity failed: InvalidClientTokenId: no; sign in again, or choose another profile with --profile",
    });
  });

  test("without credentials it says how to get some", async () => {
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    expect(await open()).toEqual({
      missing: expect.stringContaining("sign in (aws sso login)") as string,
    });
  });

  test.each<[string, RequestListener, Limits]>([
    ["silent", () => undefined, hasty()],
    ["not XML", (_, response) => response.end("<<<"), patient()],
    ["a huge answer of nothing", (_, response) => response.end(huge), patient()],
  ])("%s: missing", async (_, listener, limits) => {
    answer = listener;
    const given = await open(limits);
    expect(given).toEqual({
      missing: expect.stringContaining("sts:GetCallerIdentity failed") as string,
    });
    expect(JSON.stringify(given).length).toBeLessThan(500);
  });

  test("refusing connections: missing", async () => {
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${await freePort()}`;
    expect(await open()).toEqual({ missing: expect.stringContaining("ECONNREFUSED") as string });
  });

  const caller =
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/x</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>";
  const openFirst = async () => {
    answer = (_, response) => response.end(caller);
    const opened = await open();
    if ("missing" in opened) throw new Error(opened.missing);
    return opened.value;
  };

  test("a permission that is missing is named", async () => {
    const iam = await openFirst();
    answer = error(403, "AccessDenied");
    expect(await collect("it", patient(), () => iam.account())).toEqual({
      missing: "AWS answers 403: your credentials need iam:ListOpenIDConnectProviders",
    });
    expect(await iam.roles([roleArn])).toEqual([
      { arn: roleArn, missing: "AWS answers 403: your credentials need iam:GetRole" },
    ]);
  });

  test("a role that does not exist is one that does not exist; one of another account is missing", async () => {
    const iam = await openFirst();
    answer = error(404, "NoSuchEntity");
    const other = "arn:aws:iam::444455556666:role/x";
    expect(await iam.roles([roleArn, other])).toEqual([
      { arn: roleArn, exists: false },
      {
        arn: other,
        missing:
          "it is in the account 444455556666, and the credentials are of 111122223333: choose others with --profile",
      },
    ]);
  });

  test("STS: refused, silent, and what is no answer of STS, is what STS said", async () => {
    const host = hostOf({ AWS_ENDPOINT_URL: url });
    const call = async (limits: Limits, at = host) =>
      (await collectSts("a.b.c", roleArn, "eu-central-1", limits, at)).evidence;
    answer = error(403, "AccessDenied");
    expect(await call(patient())).toMatchObject({
      isAllowed: false,
      code: "AccessDenied",
      message: "no",
    });
    answer = (_, response) => response.writeHead(502).end("<html>");
    expect(await call(patient())).toMatchObject({ isAllowed: false, code: "HTTP 502" });
    answer = () => undefined;
    expect(await call(hasty())).toMatchObject({ isAllowed: false, code: "ETIMEDOUT" });
    const nobody = hostOf({ AWS_ENDPOINT_URL: `http://127.0.0.1:${await freePort()}` });
    expect(await call(patient(), nobody)).toMatchObject({ isAllowed: false, code: "ECONNREFUSED" });
  });
});

describe("Terraform's state", () => {
  const { pem } = makeKey();
  const resource = (type: string, values: object) => ({ address: `${type}.x`, type, values });
  const state = (...resources: object[]) =>
    JSON.stringify({
      format_version: "1.0",
      values: {
        outputs: { signing_key: { value: pem } },
        root_module: {
          resources: [resource("tls_private_key", { private_key_pem: pem })],
          child_modules: [{ address: "module.irsa", resources }],
        },
      },
    });

  test("gives providers and roles, in modules too, and nothing else", () => {
    const arn = "arn:aws:iam::111122223333:oidc-provider/oidc.acme.example";
    const read = readTerraformIam(
      state(
        resource("aws_iam_openid_connect_provider", {
          arn,
          url: "oidc.acme.example",
          client_id_list: ["sts.amazonaws.com"],
          thumbprint_list: [],
        }),
        resource("aws_iam_role", {
          arn: roleArn,
          assume_role_policy: '{"Statement":[]}',
          max_session_duration: 3600,
          permissions_boundary: "",
        }),
      ),
    );
    expect(read).toEqual({
      account: {
        ...{ accountId: "111122223333", partition: "aws", source: "terraform" },
        providers: [
          {
            ...{ arn, url: "https://oidc.acme.example" },
            ...{ clientIds: ["sts.amazonaws.com"], thumbprints: [] },
          },
        ],
      },
      roles: [
        {
          ...{ arn: roleArn, exists: true, source: "terraform" },
          ...{ trustPolicy: { Statement: [] }, maxSessionDuration: 3600 },
        },
      ],
    });
    expect(new PrivateKeyScanner(pem).count(JSON.stringify(read))).toBe(0);
  });

  test.each([
    ["another state", state(), "the Terraform state has no identity provider and no role"],
    ["none", "{}", "the Terraform state has no identity provider and no role"],
    ["not JSON", pem, "what terraform show -json prints cannot be read"],
    ["of another form", '{"values": 1}', "what terraform show -json prints cannot be read"],
  ])("%s: missing, without a word of it", (_, text, message) => {
    expect(() => readTerraformIam(text)).toThrow(message);
  });
});

describeWithPrograms(["kubectl", "openssl"], "the cluster", () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start(2);
  });
  afterAll(() => world.stop());
  beforeEach(() => {
    world.heal();
  });
  const app = { namespace: "shop", name: "app" };
  const path = "GET /api/v1/namespaces/shop/serviceaccounts/app";

  const connect = async (
    { limits = patient(), ...options }: KubectlOptions & { readonly limits?: Limits } = {},
    env: Record<string, string> = {},
  ) => {
    const host = hostOf({ ...world.env, KUBECONFIG: world.kubernetes.kubeconfig(), ...env });
    const kubectl = new Kubectl(host, options, limits);
    return collect("the cluster", limits, () => ClusterConnection.open(kubectl));
  };
  const connected = async (limits = patient()) => {
    const cluster = await connect({ limits });
    if ("missing" in cluster) throw new Error(cluster.missing);
    return cluster.value;
  };

  test("without kubectl, kubeconfig or context says so", async () => {
    expect(await connect({}, { PATH: "" })).toEqual({
      missing: "kubectl is not on the PATH: install it",
    });
    expect(await connect({ context: "none" })).toEqual({
      missing: expect.stringMatching(/context .*none.*choose one with --context/) as string,
    });
    expect(await connect({ kubeconfig: "/nowhere" })).toEqual({
      missing: expect.stringContaining("/nowhere") as string,
    });
  });

  test("that refuses connections cannot be reached", async () => {
    const kubeconfig = join(temporaryDirectory("kubeconfig"), "config");
    const server = `https://127.0.0.1:${await freePort()}`;
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        ...{ apiVersion: "v1", kind: "Config", "current-context": "x" },
        clusters: [{ name: "x", cluster: { server } }],
        contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
        users: [{ name: "x", user: {} }],
      }),
    );
    expect(await connect({ kubeconfig })).toEqual({
      missing: expect.stringContaining("the API server cannot be reached") as string,
    });
  });

  test("with a plugin that never signs in ends in time, and so does its plugin's output", async () => {
    const bin = temporaryDirectory("bin");
    writeFileSync(join(bin, "kubectl"), "#!/bin/sh\nsleep 60 &\nsleep 60\n", { mode: 0o755 });
    const limits = { ...hasty(), signal: AbortSignal.timeout(500) };
    const env = { PATH: `${bin}:${process.env.PATH ?? ""}` };
    expect(await connect({ limits }, env)).toEqual({
      missing: expect.stringContaining("no answer within the time limit") as string,
    });
  });

  test("forbidden: the permission is named", async () => {
    const cluster = await connected();
    const message = 'serviceaccounts "app" is forbidden: User "x" cannot get resource';
    world.kubernetes.answers[path] = failure(403, "Forbidden", message);
    expect(await collect("it", patient(), () => collectServiceAccount(cluster, app))).toEqual({
      missing:
        "the API server answers 403: your user needs permission to get serviceaccounts in shop (kubectl auth can-i get serviceaccounts -n shop)",
    });
  });

  test("not found: it does not exist", async () => {
    const cluster = await connected();
    world.kubernetes.answers[path] = failure(404, "NotFound", 'serviceaccounts "app" not found');
    expect(await collectServiceAccount(cluster, app)).toEqual({
      ...app,
      exists: false,
      annotations: {},
    });
  });

  test.each<[string, string, string]>([
    ["not JSON", "<html>", "is not JSON"],
    ["of another form", '{"metadata": 1}', "is not as the Kubernetes API documents it"],
    ["huge", huge.repeat(9), "the answer is larger than 16 MiB"],
  ])("an answer that is %s: missing", async (_, text, message) => {
    const cluster = await connected();
    world.kubernetes.answers[path] = { text };
    const collected = await collect("it", patient(), () => collectServiceAccount(cluster, app));
    expect(collected).toEqual({ missing: expect.stringContaining(message) as string });
  });

  test("an API server that is silent is missing, and the other is there", async () => {
    const cluster = await connected({ ...patient(), requestMilliseconds: 2000 });
    world.kubernetes.answersOf[1] = {
      "GET /.well-known/openid-configuration": "no answer",
      "GET /openid/v1/jwks": failure(503, "ServiceUnavailable", "starting"),
    };
    const [own, other] = await collectApiServers(cluster);
    expect(own).toMatchObject({
      endpoint: world.kubernetes.urls[0],
      jwks: { value: world.jwks() },
    });
    expect(other).toEqual({
      endpoint: world.kubernetes.urls[1],
      discovery: { missing: expect.any(String) as string },
      jwks: { missing: expect.stringContaining("starting") as string },
    });
  });

  test("a dry run is asked for only where the API server knows dry runs", async () => {
    world.kubernetes.answers["GET /version"] = found({ major: "1", minor: "12+" });
    const cluster = await connected();
    world.kubernetes.requests.length = 0;
    expect(await collect("it", patient(), () => collectDryRun(cluster, app))).toEqual({
      missing: "the API server is older than Kubernetes 1.18",
    });
    expect(world.kubernetes.requests).toEqual([]);
  });

  test("the pod of the dry run is one that the standard restricted admits", async () => {
    const cluster = await connected();
    await collectDryRun(cluster, app);
    const { body } = world.kubernetes.requests.find(({ method }) => method === "POST") ?? {};
    expect(body).toMatchObject({
      metadata: { generateName: "irsa-doctor-" },
      spec: {
        serviceAccountName: "app",
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          },
        ],
      },
    });
  });

  test("of pods nothing is kept that may be secret", async () => {
    const cluster = await connected();
    const list =
      "GET /api/v1/namespaces/shop/pods?fieldSelector=spec.serviceAccountName%3Dapp&limit=50";
    world.kubernetes.answers[list] = found({
      items: [
        {
          metadata: { name: "done" },
          spec: { containers: [] },
          status: { phase: "Succeeded" },
        },
        {
          metadata: { name: "a", annotations: { note: "s3cret" } },
          spec: {
            containers: [
              {
                name: "a",
                env: [
                  { name: "AWS_SECRET_ACCESS_KEY", value: "s3cret" },
                  { name: "AWS_ROLE_ARN", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
                  { name: "AWS_REGION", value: "eu-central-1" },
                  { name: "TOKEN", value: "s3cret" },
                ],
                envFrom: [{ secretRef: { name: "keys" } }, { configMapRef: { name: "more" } }],
              },
            ],
          },
        },
      ],
    });
    const pods = await collectPods(cluster, app);
    expect(JSON.stringify(pods)).not.toContain("s3cret");
    expect(pods.map(({ name }) => name)).toEqual(["a"]);
    expect(pods[0]?.containers).toEqual([
      {
        ...{ name: "a", isInit: false, mounts: {} },
        env: { AWS_SECRET_ACCESS_KEY: true, AWS_ROLE_ARN: true, AWS_REGION: "eu-central-1" },
        envFrom: ["secret/keys", "configMap/more"],
      },
    ]);
  });

  describe("the webhook", () => {
    const list = "GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    const namesOf = async () => {
      const { hooks } = await collectWebhook(await connected());
      return hooks.map(({ name }) => name);
    };
    const { configuration } = healthyWebhook("");
    const [hook] = configuration.webhooks;

    test("is known by what serves it, whatever it is called", async () => {
      world.kubernetes.answers[list] = found({
        items: [
          {
            metadata: { name: "aws" },
            webhooks: [{ ...hook, name: "mutate.acme.example" }],
          },
          {
            metadata: { name: "istio-sidecar-injector" },
            webhooks: [
              {
                ...hook,
                name: "rev.namespace.sidecar-injector.istio.io",
                clientConfig: { service: { namespace: "istio-system", name: "istiod" } },
              },
            ],
          },
        ],
      });
      expect(await namesOf()).toEqual(["aws/mutate.acme.example"]);
    });

    test("of EKS is at a URL", async () => {
      const url = "https://127.0.0.1:23443/mutate";
      world.kubernetes.answers[list] = found({
        items: [
          {
            metadata: { name: "pod-identity-webhook" },
            webhooks: [{ ...hook, name: "iam-for-pods.amazonaws.com", clientConfig: { url } }],
          },
        ],
      });
      expect(await namesOf()).toEqual(["pod-identity-webhook/iam-for-pods.amazonaws.com"]);
    });

    test("keeps the values of its flags, in either form", async () => {
      const [pod] = healthyWebhook("").pods;
      const command = ["/webhook", "--annotation-prefix", "acme.io", "--token-audience=a", "serve"];
      const spec = { ...pod?.spec, containers: [{ ...pod?.spec.containers[0], command }] };
      const pods =
        "GET /api/v1/namespaces/pod-identity-webhook/pods?labelSelector=app%3Dpod-identity-webhook&limit=20";
      world.kubernetes.answers[pods] = found({ items: [{ ...pod, spec }] });
      const { hooks } = await collectWebhook(await connected());
      expect(hooks[0]?.pods[0]?.args).toEqual([
        "--annotation-prefix",
        "acme.io",
        "--token-audience=a",
      ]);
    });

    test("is not one that looks at other objects", async () => {
      world.kubernetes.answers[list] = found({
        items: [
          {
            metadata: { name: "pod-identity-webhook" },
            webhooks: [{ ...hook, rules: [{ operations: ["CREATE"], resources: ["services"] }] }],
          },
        ],
      });
      expect(await namesOf()).toEqual([]);
    });

    test("has a certificate, whose key is never received by this program", async () => {
      const evidence = await collectWebhook(await connected());
      expect(evidence.hooks[0]?.certificate).toEqual(evidence.hooks[0]?.authorities[0]);
      expect(lines(world.kubernetes.requests)).toContain(
        "GET /api/v1/namespaces/pod-identity-webhook/secrets/pod-identity-webhook-cert",
      );
      expect(new PrivateKeyScanner(world.key.pem).count(JSON.stringify(evidence))).toBe(0);
    });
  });

  test("a token is checked against the published keys, and only its claims stay", async () => {
    const cluster = await connected();
    const verifiedBy = async (jwks: string | undefined) => {
      const { evidence } = await collectToken(cluster, app, "sts.amazonaws.com", jwks);
      expect(JSON.stringify(evidence)).not.toContain(world.tokens.at(-1)?.split(".")[2]);
      return evidence.verifiedByPublished;
    };
    expect(await verifiedBy(world.jwks())).toBe(world.key.kid);
    expect(await verifiedBy(world.jwks({ ...makeKey().jwk, kid: world.key.kid }))).toBe(false);
    expect(await verifiedBy("<html>")).toBeUndefined();
    expect(await verifiedBy(undefined)).toBeUndefined();
  });
});
