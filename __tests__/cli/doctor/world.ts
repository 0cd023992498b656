import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import { listen } from "../../../sandbox/listen";
import { startTlsEndpoint, type TlsEndpoint } from "../../../sandbox/tls-endpoint";
import {
  type ApiAnswers,
  type ApiRequest,
  found,
  KubernetesApi,
} from "../../support/kubernetes-api";
import { irsa, type Run, type Surroundings } from "../run";

type Environment = Readonly<Record<string, string>>;

export const accountId = "111122223333";
export const host = "oidc.acme.example";
export const issuer = `https://${host}/prod`;
export const roleArn = `arn:aws:iam::${accountId}:role/shop-app`;
export const providerArn = `arn:aws:iam::${accountId}:oidc-provider/${host}/prod`;

/** A signing key as the API server and the JWKS have it. */
export interface SigningKey {
  readonly pem: string;
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly kid: string;
}

export function makeKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const der = publicKey.export({ type: "spki", format: "der" });
  const kid = createHash("sha256").update(der).digest("base64url");
  const { kty, n, e } = createPublicKey(publicKey.export({ type: "spki", format: "pem" })).export({
    format: "jwk",
  });
  return {
    pem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    jwk: { kty, n, e, kid, use: "sig", alg: "RS256" },
    kid,
  };
}

/** What a host answers to a GET of a path. */
export interface DocumentAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isSilent?: boolean;
}

/** An IAM action's answer in XML, or an error's code. */
export type AwsAnswer = string | { readonly status: number; readonly code: string };

/** Everything around a cluster whose chain of trust works, on 127.0.0.1; each part can be broken. */
export class World {
  readonly key = makeKey();
  /** By the path below the host. */
  documents: Record<string, DocumentAnswer> = {};
  /** By the action. */
  aws: Record<string, AwsAnswer | ((input: URLSearchParams) => AwsAnswer)> = {};
  /** Actions of AWS that were called, in order. */
  readonly awsCalls: string[] = [];
  /** Every token that the API server has made. */
  readonly tokens: string[] = [];
  readonly home = mkdtempSync(join(tmpdir(), "irsa-home-"));
  private environment = { ...process.env };

  private constructor(
    readonly kubernetes: KubernetesApi,
    private readonly awsServer: Server,
    readonly awsUrl: string,
    private tls: TlsEndpoint | undefined,
  ) {}

  /** @param apiServers how many there are */
  static async start(apiServers = 1): Promise<World> {
    const kubernetes = await KubernetesApi.start(apiServers);
    const awsServer = createServer();
    const world: World = new World(
      kubernetes,
      awsServer,
      `http://127.0.0.1:${await listen(awsServer)}`,
      undefined,
    );
    world.tls = await startTlsEndpoint([host], (request, response) => {
      world.answerDocument(request, response);
    });
    awsServer.on("request", (request: IncomingMessage, response: ServerResponse) => {
      void world.answerAws(request, response);
    });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: world.awsUrl,
      AWS_ACCESS_KEY_ID: "testing",
      AWS_SECRET_ACCESS_KEY: "testing",
      AWS_MAX_ATTEMPTS: "1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    });
    world.heal();
    return world;
  }

  /** Everything as it should be, and nothing noted. */
  heal(): void {
    this.awsCalls.length = 0;
    this.tokens.length = 0;
    this.kubernetes.requests.length = 0;
    this.kubernetes.answersOf = {};
    this.kubernetes.answers = this.healthyCluster();
    this.documents = {
      "/prod/.well-known/openid-configuration": { body: this.discovery() },
      "/prod/keys.json": { body: this.jwks() },
    };
    this.aws = healthyAws();
  }

  /** The environment of a run. */
  get env(): Readonly<Record<string, string>> {
    return {
      PATH: process.env.PATH ?? "",
      HOME: this.home,
      HTTPS_PROXY: this.tls?.env.HTTPS_PROXY ?? "",
      AWS_ENDPOINT_URL: this.awsUrl,
    };
  }

  get authorities(): readonly string[] {
    return this.tls === undefined ? [] : [this.tls.root];
  }

  /** Runs `irsa doctor` with the kubeconfig of the cluster. */
  async doctor(
    argv: readonly string[],
    { env = {}, ...surroundings }: Omit<Surroundings, "env"> & { readonly env?: Environment } = {},
  ): Promise<Run> {
    return irsa(["doctor", ...argv], {
      ...surroundings,
      env: { ...this.env, KUBECONFIG: this.kubernetes.kubeconfig(), ...env },
      authorities: this.authorities,
    });
  }

  async stop(): Promise<void> {
    process.env = this.environment;
    this.awsServer.closeAllConnections();
    await new Promise((resolve) => this.awsServer.close(resolve));
    await Promise.all([this.kubernetes.stop(), this.tls?.stop()]);
  }

  discovery(changes: object = {}): string {
    return JSON.stringify({
      issuer,
      jwks_uri: `${issuer}/keys.json`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      ...changes,
    });
  }

  jwks(...keys: readonly object[]): string {
    return JSON.stringify({ keys: keys.length === 0 ? [this.key.jwk] : keys });
  }

  /** A token of a ServiceAccount, as the API server signs it. */
  private async token(
    namespace: string,
    name: string,
    audiences: readonly string[],
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ "kubernetes.io": { namespace, serviceaccount: { name } } })
      .setProtectedHeader({ alg: "RS256", kid: this.key.kid })
      .setIssuer(issuer)
      .setAudience([...audiences])
      .setSubject(`system:serviceaccount:${namespace}:${name}`)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + 600)
      .sign(createPrivateKey(this.key.pem));
  }

  private healthyCluster(): KubernetesApi["answers"] {
    const webhook = healthyWebhook(this.kubernetes.root);
    const pods =
      "GET /api/v1/namespaces/shop/pods?fieldSelector=spec.serviceAccountName%3Dapp&limit=50";
    return {
      ...discoveryOfApi,
      "GET /version": found({ major: "1", minor: "34" }),
      "GET /.well-known/openid-configuration": { text: this.discovery() },
      "GET /openid/v1/jwks": { text: this.jwks() },
      "GET /apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dkubernetes":
        this.kubernetes.endpointSlices(),
      "POST /api/v1/namespaces/shop/serviceaccounts/app/token": this.tokenOf("shop", "app"),
      "POST /api/v1/namespaces/default/serviceaccounts/default/token": this.tokenOf(
        "default",
        "default",
      ),
      "GET /api/v1/namespaces/shop": found({
        metadata: { name: "shop", labels: { team: "shop" } },
      }),
      "GET /api/v1/namespaces/shop/serviceaccounts/app": found(serviceAccount),
      "GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations": found({
        items: [webhook.configuration],
      }),
      "GET /api/v1/namespaces/pod-identity-webhook/services/pod-identity-webhook": found({
        spec: { selector: { app: "pod-identity-webhook" } },
      }),
      "GET /api/v1/namespaces/pod-identity-webhook/pods?labelSelector=app%3Dpod-identity-webhook&limit=20":
        found({ items: webhook.pods }),
      "GET /apis/discovery.k8s.io/v1/namespaces/pod-identity-webhook/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dpod-identity-webhook":
        found({
          items: [
            { endpoints: ["10.1.0.7", "10.1.1.7"].map((address) => ({ addresses: [address] })) },
          ],
        }),
      "GET /api/v1/namespaces/pod-identity-webhook/secrets/pod-identity-webhook-cert": found({
        kind: "Secret",
        apiVersion: "v1",
        metadata: { name: "pod-identity-webhook-cert", namespace: "pod-identity-webhook" },
        data: {
          "tls.crt": Buffer.from(this.kubernetes.root).toString("base64"),
          "tls.key": Buffer.from(this.key.pem).toString("base64"),
        },
      }),
      [pods]: found({ items: [mutated("app-7f9c", false)] }),
      "GET /api/v1/namespaces/shop/pods/app-7f9c": found(mutated("app-7f9c", false)),
      "POST /api/v1/namespaces/shop/pods?dryRun=All": found(mutated("irsa-doctor-abcde", true)),
    };
  }

  /** What answers a TokenRequest. */
  private tokenOf(namespace: string, name: string): ApiAnswers[string] {
    return async ({ body }) => {
      const { spec } = body as { readonly spec: { readonly audiences: readonly string[] } };
      const token = await this.token(namespace, name, spec.audiences);
      this.tokens.push(token);
      return found({ status: { token, expirationTimestamp: "2026-11-28T00:00:00Z" } });
    };
  }

  private answerDocument({ url = "" }: IncomingMessage, response: ServerResponse): void {
    const answer = this.documents[url] ?? { status: 404, body: "<html>not found</html>" };
    if (answer.isSilent === true) return;
    response
      .writeHead(answer.status ?? 200, {
        "content-type": "application/json",
        "cache-control": "max-age=60",
        connection: "close",
        ...answer.headers,
      })
      .end(answer.body ?? "");
  }

  private async answerAws(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const input = new URLSearchParams(Buffer.concat(chunks).toString());
    const action = input.get("Action") ?? "none";
    this.awsCalls.push(action);
    const known = this.aws[action] ?? { status: 400, code: "InvalidAction" };
    const answer = typeof known === "function" ? known(input) : known;
    if (answer === "no answer") return;
    response.setHeader("content-type", "text/xml");
    if (typeof answer === "string") {
      response.end(
        `<${action}Response><${action}Result>${answer}</${action}Result></${action}Response>`,
      );
    } else {
      const { status, code } = answer;
      response
        .writeHead(status)
        .end(
          `<ErrorResponse><Error><Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>`,
        );
    }
  }
}

/** What kubectl asks before it gets an object by its kind. */
const discoveryOfApi: KubernetesApi["answers"] = {
  "GET /api": found({ kind: "APIVersions", versions: ["v1"] }),
  "GET /apis": found({ kind: "APIGroupList", apiVersion: "v1", groups: [] }),
  "GET /api/v1": found({
    kind: "APIResourceList",
    groupVersion: "v1",
    resources: [
      { name: "secrets", singularName: "secret", namespaced: true, kind: "Secret", verbs: ["get"] },
    ],
  }),
};

export const trustPolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: providerArn },
      Condition: {
        StringEquals: {
          [`${host}/prod:aud`]: "sts.amazonaws.com",
          [`${host}/prod:sub`]: "system:serviceaccount:shop:app",
        },
      },
    },
  ],
};

export function roleXml(policy: object = trustPolicy): string {
  const document = encodeURIComponent(JSON.stringify(policy));
  return `<Role><RoleName>shop-app</RoleName><Arn>${roleArn}</Arn><MaxSessionDuration>3600</MaxSessionDuration><AssumeRolePolicyDocument>${document}</AssumeRolePolicyDocument></Role>`;
}

export function providerXml(clientIds: readonly string[] = ["sts.amazonaws.com"]): string {
  const members = (values: readonly string[]) =>
    values.map((value) => `<member>${value}</member>`).join("");
  return `<Url>${host}/prod</Url><ClientIDList>${members(clientIds)}</ClientIDList><ThumbprintList></ThumbprintList>`;
}

function healthyAws(): World["aws"] {
  return {
    GetCallerIdentity: `<Account>${accountId}</Account><Arn>arn:aws:iam::${accountId}:user/reader</Arn><UserId>A</UserId>`,
    ListOpenIDConnectProviders: `<OpenIDConnectProviderList><member><Arn>${providerArn}</Arn></member></OpenIDConnectProviderList>`,
    GetOpenIDConnectProvider: providerXml(),
    GetRole: roleXml(),
  };
}

/** As `kubectl annotate` leaves it, with an annotation that nobody else may see. */
export const serviceAccount = {
  metadata: {
    name: "app",
    namespace: "shop",
    creationTimestamp: "2026-11-01T10:00:00Z",
    annotations: {
      "eks.amazonaws.com/role-arn": roleArn,
      "kubectl.kubernetes.io/last-applied-configuration": "a secret of the shop",
    },
    managedFields: [
      { time: "2026-11-01T10:00:00Z", fieldsV1: { "f:metadata": { "f:labels": {} } } },
      {
        time: "2026-11-02T10:00:00Z",
        fieldsV1: { "f:metadata": { "f:annotations": { "f:eks.amazonaws.com/role-arn": {} } } },
      },
    ],
  },
};

/** A pod of the ServiceAccount as the webhook changes it. */
export function mutated(name: string, isDryRun: boolean): Record<string, unknown> {
  const container = {
    name: isDryRun ? "irsa-doctor" : "app",
    image: "registry.k8s.io/pause:3.10",
    env: [
      { name: "DATABASE_PASSWORD", value: "a secret of the shop" },
      { name: "AWS_REGION", value: "eu-central-1" },
      { name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" },
      { name: "AWS_ROLE_ARN", value: roleArn },
      {
        name: "AWS_WEB_IDENTITY_TOKEN_FILE",
        value: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
      },
    ],
    volumeMounts: [
      {
        name: "aws-iam-token",
        mountPath: "/var/run/secrets/eks.amazonaws.com/serviceaccount",
        readOnly: true,
      },
    ],
  };
  const token = { path: "token", audience: "sts.amazonaws.com", expirationSeconds: 86_400 };
  return {
    metadata: { name, namespace: "shop", creationTimestamp: "2026-11-20T10:00:00Z" },
    spec: {
      serviceAccountName: "app",
      securityContext: { fsGroup: 65_534, runAsUser: 65_534 },
      containers: [container],
      volumes: [
        {
          name: "aws-iam-token",
          projected: { defaultMode: 420, sources: [{ serviceAccountToken: token }] },
        },
      ],
    },
    status: {},
  };
}

/** As the chart of amazon-eks-pod-identity-webhook installs it. */
export function healthyWebhook(authority: string) {
  const configuration = {
    metadata: { name: "pod-identity-webhook", creationTimestamp: "2026-11-01T10:00:00Z" },
    webhooks: [
      {
        name: "pod-identity-webhook.amazonaws.com",
        failurePolicy: "Ignore",
        namespaceSelector: {},
        objectSelector: {},
        rules: [{ operations: ["CREATE"], resources: ["pods"], apiGroups: [""] }],
        clientConfig: {
          caBundle: Buffer.from(authority).toString("base64"),
          service: {
            namespace: "pod-identity-webhook",
            name: "pod-identity-webhook",
            path: "/mutate",
          },
        },
      },
    ],
  };
  const pod = (name: string) => ({
    metadata: { name, namespace: "pod-identity-webhook" },
    spec: {
      containers: [
        {
          name: "webhook",
          image: "amazon/amazon-eks-pod-identity-webhook:v0.6.9",
          command: ["/webhook", "--in-cluster=false", "--token-audience=sts.amazonaws.com"],
        },
      ],
      volumes: [{ name: "cert", secret: { secretName: "pod-identity-webhook-cert" } }],
    },
    status: {
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [{ restartCount: 0, state: { running: {} } }],
    },
  });
  return { configuration, pods: ["pod-identity-webhook-1", "pod-identity-webhook-2"].map(pod) };
}

/** The requests that `kubectl` made, as `METHOD PATH`. */
export function lines(requests: readonly ApiRequest[]): string[] {
  return requests.map(({ method, path }) => `${method} ${path}`);
}
