/**
 * Something that was collected, or why it was not. A diagnosis says of what is missing what it would
 * have shown, and never takes it for healthy or for broken.
 */
export type Collected<T> = { readonly value: T } | { readonly missing: string };

/**
 * What was found of a cluster's chain of trust, each part read-only and each part optional. Everything is
 * plain JSON without a token's signature or a private key, so that it can be stored and sent.
 */
export interface Evidence {
  /** When collecting began; ISO 8601. */
  readonly collectedAt: string;
  /** What was asked about. */
  readonly target: Target;
  /** What the configuration and Terraform's outputs want. */
  readonly intended: Collected<Intended>;
  /** The published documents, as an anonymous client of the issuer gets them. */
  readonly published: Collected<PublishedEvidence>;
  /** The account's identity providers. */
  readonly account: Collected<AccountEvidence>;
  /** The roles in question, each with its trust policy. */
  readonly roles: Collected<readonly RoleEvidence[]>;
  /** Each API server's own discovery document and JWKS. */
  readonly apiServers: Collected<readonly ApiServerEvidence[]>;
  /** A fresh token of the ServiceAccount, from the TokenRequest API. */
  readonly token: Collected<TokenEvidence>;
  readonly serviceAccount: Collected<ServiceAccountEvidence>;
  readonly namespace: Collected<NamespaceEvidence>;
  /** The webhook that gives pods their tokens. */
  readonly webhook: Collected<WebhookEvidence>;
  /** A pod of the ServiceAccount, as the API server would create it now: a server-side dry run. */
  readonly dryRun: Collected<DryRunEvidence>;
  /** The pods of the ServiceAccount, or the pod in question. */
  readonly pods: Collected<readonly PodEvidence[]>;
  /** What STS answers to a real call. */
  readonly sts: Collected<StsEvidence>;
  /** Clocks that were seen on the way. */
  readonly clocks: Collected<readonly ClockEvidence[]>;
}

/** The sources of evidence: the properties of {@link Evidence} that may be missing. */
export type EvidenceSource = Exclude<keyof Evidence, "collectedAt" | "target">;

/** What a diagnosis is about: a cluster, and in it a ServiceAccount, a pod or a role. */
export interface Target {
  readonly cluster?: string;
  /** `NAMESPACE/NAME` */
  readonly serviceAccount?: string;
  /** `NAMESPACE/NAME` */
  readonly pod?: string;
  readonly roleArn?: string;
}

/** What the configuration and Terraform's outputs say about a cluster. */
export interface Intended {
  readonly issuerUrl: string;
  /** The audience of pods' tokens, then others that the identity provider takes. */
  readonly audiences: readonly string[];
  readonly region?: string;
  readonly partition?: string;
  /** `talos`, `kubeadm`, `k3s`, `eksAnywhere` … @default - not stated */
  readonly distribution?: string;
  /**
   * The form of the distribution's configuration: `string`, `list` or `document` for Talos, `v1beta3` or
   * `v1beta4` for kubeadm. @default - not stated
   */
  readonly form?: string;
  /** The `kid` of each key that should be published. @default - not known before apply */
  readonly keyIds?: readonly string[];
  readonly identityProviderArn?: string;
  /** Issuers that the API server should accept besides. */
  readonly acceptedIssuers: readonly string[];
  readonly roles: readonly IntendedRole[];
}

/** A role for ServiceAccounts, as it is configured. */
export interface IntendedRole {
  readonly name: string;
  /** @default - not known before apply */
  readonly arn?: string;
  /** `NAMESPACE/NAME`, where either may have wildcards. */
  readonly serviceAccounts: readonly string[];
  /** Those of several roles' ServiceAccounts that use this one. @default - none */
  readonly primaryFor?: readonly string[];
}

/** The answers to anonymous GET requests for both documents. */
export interface PublishedEvidence {
  readonly discovery: HttpEvidence;
  /** Of the `jwks_uri` that the discovery document names. @default - it names none */
  readonly jwks?: HttpEvidence;
}

/** An answer to a GET request, or why there was none. */
export interface HttpEvidence {
  readonly url: string;
  /** @default - no answer */
  readonly status?: number;
  /** `Content-Type`, `Cache-Control`, `Location`, `Date`, `Last-Modified` and no others; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most 1 MiB. @default - no answer */
  readonly body?: string;
  /** Whether the body was longer than that. */
  readonly isTruncated?: boolean;
  /** From the request to the end of the answer. */
  readonly milliseconds: number;
  /** Why there was no answer: a code such as `ENOTFOUND`, `ECONNREFUSED`, `ETIMEDOUT`, `CERT_HAS_EXPIRED`. */
  readonly error?: string;
  /** The host's certificates, leaf first. @default - no TLS connection came about */
  readonly chain?: readonly CertificateEvidence[];
  /** Why the chain is not trusted by the root store that came with Node. @default - it is trusted */
  readonly chainError?: string;
}

/** What matters of a certificate. */
export interface CertificateEvidence {
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601 */
  readonly notBefore: string;
  /** ISO 8601 */
  readonly notAfter: string;
  /** Lower-case hexadecimal without colons, as IAM's thumbprints are. */
  readonly sha1: string;
}

/** What IAM says about the account. */
export interface AccountEvidence {
  /** Where it comes from; Terraform's state is as of the last apply. @default "iam" */
  readonly source?: "iam" | "terraform";
  readonly accountId: string;
  readonly partition: string;
  readonly providers: readonly ProviderEvidence[];
}

/** An OpenID Connect provider as IAM has it. */
export interface ProviderEvidence {
  readonly arn: string;
  /** With `https://`. IAM stores it without. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
}

/** A role as IAM has it. */
export interface RoleEvidence {
  readonly arn: string;
  /** Where it comes from; Terraform's state is as of the last apply. @default "iam" */
  readonly source?: "iam" | "terraform";
  /** Why this role could not be read. */
  readonly missing?: string;
  /** @default true */
  readonly exists?: boolean;
  /** Parsed. @default - the role does not exist, or could not be read */
  readonly trustPolicy?: unknown;
  /** Seconds. */
  readonly maxSessionDuration?: number;
  readonly permissionsBoundaryArn?: string;
}

/** What one API server says about itself. */
export interface ApiServerEvidence {
  /** `https://HOST:PORT` */
  readonly endpoint: string;
  /** The answer to `/.well-known/openid-configuration`. */
  readonly discovery: Collected<string>;
  /** The answer to `/openid/v1/jwks`. */
  readonly jwks: Collected<string>;
}

/** A token without its signature. */
export interface TokenEvidence {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The `kid` of the published key that verifies the signature; `false`: no key does. @default - not tried */
  readonly verifiedByPublished?: string | false;
  /** ISO 8601 */
  readonly requestedAt: string;
}

/** A ServiceAccount. */
export interface ServiceAccountEvidence {
  readonly namespace: string;
  readonly name: string;
  readonly exists: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  /** ISO 8601 */
  readonly createdAt?: string;
  /**
   * When a manager last wrote an annotation of the webhook's, from `managedFields`; ISO 8601.
   * @default - not known
   */
  readonly annotatedAt?: string;
}

/** A namespace. */
export interface NamespaceEvidence {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The webhook's configurations and what serves them. */
export interface WebhookEvidence {
  /** Mutating webhooks of the pod identity webhook's; empty: it is not installed. */
  readonly hooks: readonly HookEvidence[];
}

/** One webhook of a MutatingWebhookConfiguration. */
export interface HookEvidence {
  /** `CONFIGURATION/WEBHOOK` */
  readonly name: string;
  readonly failurePolicy: "Fail" | "Ignore";
  /** When its configuration was created; ISO 8601. */
  readonly createdAt?: string;
  /** As the API has it: `matchLabels`, `matchExpressions`. */
  readonly namespaceSelector?: unknown;
  readonly objectSelector?: unknown;
  /** The authorities of `caBundle`. Empty: none is set, or it cannot be read. */
  readonly authorities: readonly CertificateEvidence[];
  /** `NAMESPACE/NAME`. @default - the webhook is at a URL */
  readonly service?: string;
  /** Addresses of the Service that are ready. @default - not known */
  readonly readyEndpoints?: number;
  readonly pods: readonly WebhookPodEvidence[];
  /** The certificate that the webhook's pods have. @default - its Secret cannot be read */
  readonly certificate?: CertificateEvidence;
}

/** A pod of the webhook's. */
export interface WebhookPodEvidence {
  readonly name: string;
  readonly isReady: boolean;
  readonly restarts: number;
  /** Why a container waits: `CrashLoopBackOff`, `ImagePullBackOff`. */
  readonly waiting?: string;
  /** The command's arguments, such as `--annotation-prefix=eks.amazonaws.com`. */
  readonly args: readonly string[];
}

/** The answer to a server-side dry run. */
export type DryRunEvidence = { readonly pod: PodEvidence } | { readonly refusal: string };

/** What matters of a pod. */
export interface PodEvidence {
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
  /** ISO 8601 */
  readonly createdAt?: string;
  readonly isHostNetwork: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  /** @default - not known, so that an object selector cannot be evaluated */
  readonly labels?: Readonly<Record<string, string>>;
  readonly fsGroup?: number;
  readonly runAsUser?: number;
  readonly containers: readonly ContainerEvidence[];
  readonly projectedTokens: readonly ProjectedTokenEvidence[];
}

/** A container of a pod. */
export interface ContainerEvidence {
  readonly name: string;
  readonly isInit: boolean;
  /**
   * Variables whose names begin with `AWS_`. The value is there for names that hold no secret; a key or
   * token, or a value from elsewhere, is `true`.
   */
  readonly env: Readonly<Record<string, string | true>>;
  /** `secret/NAME` and `configMap/NAME` of `envFrom`. */
  readonly envFrom: readonly string[];
  /** Paths of mounted volumes by the volumes' names. */
  readonly mounts: Readonly<Record<string, string>>;
  readonly runAsUser?: number;
}

/** A projected ServiceAccount token of a pod. */
export interface ProjectedTokenEvidence {
  readonly volume: string;
  readonly path: string;
  readonly audience?: string;
  readonly expirationSeconds?: number;
  readonly mode?: number;
}

/** The answer of STS to `AssumeRoleWithWebIdentity`. */
export interface StsEvidence {
  readonly endpoint: string;
  readonly roleArn: string;
  readonly isAllowed: boolean;
  /** Such as `InvalidIdentityToken`; a network error's code. */
  readonly code?: string;
  readonly message?: string;
}

/** A server's clock against this machine's. */
export interface ClockEvidence {
  /** The host or URL that answered. */
  readonly server: string;
  /** Whose clock it is: an AWS service's, an API server's, or that of the issuer's host. */
  readonly of: "aws" | "apiServer" | "issuer";
  /** The `Date` of an answer, or `iat` of a fresh token; ISO 8601. */
  readonly time: string;
  /** This machine's time then; ISO 8601. */
  readonly localTime: string;
}
