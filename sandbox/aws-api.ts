import { onLoopback } from "./loopback";

/** Calls of AWS APIs at an emulator, which looks at no signature. */
export class AwsApi {
  private readonly endpoint: string;

  /** @throws {Error} the endpoint is not on this machine */
  constructor(
    endpoint: string,
    private readonly region = "us-east-1",
  ) {
    this.endpoint = onLoopback(endpoint);
  }

  /** The string value of a secret. */
  async secretString(id: string): Promise<string> {
    const secret = await this.secretsManager("GetSecretValue", { SecretId: id });
    return secret.SecretString as string;
  }

  /** @param action such as `ListSecretVersionIds` */
  async secretsManager(action: string, input: object): Promise<Record<string, unknown>> {
    return this.json("secretsmanager", `secretsmanager.${action}`, input);
  }

  /** @param action such as `PutParameter` */
  async ssm(action: string, input: object): Promise<Record<string, unknown>> {
    return this.json("ssm", `AmazonSSM.${action}`, input);
  }

  /** @param action such as `CreateKey` */
  async kms(action: string, input: object): Promise<Record<string, unknown>> {
    return this.json("kms", `TrentService.${action}`, input);
  }

  /**
   * @param action such as `GetOpenIDConnectProvider`
   * @returns XML
   */
  async iam(action: string, input: Readonly<Record<string, string>> = {}): Promise<string> {
    return this.query("iam", { Action: action, Version: "2010-05-08", ...input });
  }

  /**
   * @param action such as `CreateVpc`
   * @returns XML
   */
  async ec2(action: string, input: Readonly<Record<string, string>> = {}): Promise<string> {
    return this.query("ec2", { Action: action, Version: "2016-11-15", ...input });
  }

  private async query(service: string, input: Readonly<Record<string, string>>) {
    return this.send(service, new URLSearchParams(input).toString(), {
      "content-type": "application/x-www-form-urlencoded",
    });
  }

  private async json(service: string, target: string, input: object) {
    const response = await this.send(service, JSON.stringify(input), {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": target,
    });
    return JSON.parse(response || "{}") as Record<string, unknown>;
  }

  private async send(service: string, body: string, headers: Record<string, string>) {
    const scope = `testing/20260101/${this.region}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    const request = { method: "POST", body, headers: { ...headers, authorization } };
    const response = await fetch(this.endpoint, request);
    const text = await response.text();
    if (!response.ok) throw new Error(`${service} answers ${response.status}: ${text}`);
    return text;
  }
}
