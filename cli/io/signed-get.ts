import { createHash, createHmac } from "node:crypto";
import { dnsSuffixOf } from "../../modules/validation";
import { type HttpsAnswer, type HttpsRequest, sendHttps } from "./https-request";
import { loadAwsClients } from "./load-aws-clients";

/** Whose requests these are. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A GET request of S3, in the path style. */
export interface S3Get {
  readonly region: string;
  readonly bucket: string;
  /** @default - the bucket itself */
  readonly key?: string;
  /** Parameters, such as a subresource without a value. */
  readonly query?: Readonly<Record<string, string>>;
}

/**
 * Signs a GET request of S3 and sends it: its client is larger than all that is needed of it here.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html Authenticating Requests}
 */
export async function getFromS3(
  { region, bucket, key = "", query = {} }: S3Get,
  credentials: Credentials,
  options: Omit<HttpsRequest, "url" | "headers">,
): Promise<HttpsAnswer> {
  const { SignatureV4 } = await loadAwsClients();
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } = options.env;
  const endpoint = new URL(
    AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL ?? `https://s3.${region}.${dnsSuffixOf(region)}`,
  );
  const path = `/${bucket}/${key}`;
  const signer = new SignatureV4({
    ...{ service: "s3", region, credentials, sha256: Sha256, uriEscapePath: false },
  });
  const { headers } = await signer.sign({
    method: "GET",
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    path,
    query: { ...query },
    headers: {
      host: endpoint.host,
      "x-amz-content-sha256": createHash("sha256").digest("hex"),
    },
  });
  const words = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  const url = `${endpoint.origin}${path}${words.length === 0 ? "" : `?${words.join("&")}`}`;
  return sendHttps({ ...options, url, headers });
}

/** What the signer computes with. */
class Sha256 {
  private readonly hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === "string") return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
