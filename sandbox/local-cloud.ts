import { AwsApi } from "./aws-api";
import { type Capabilities, capabilitiesOfRun, detectCapabilities } from "./capabilities";
import { type Emulator, startEmulator } from "./emulator";
import { FaultProxy } from "./fault-proxy";
import { RelyingParty, s3At } from "./relying-party";
import { Terraform, type TerraformOptions } from "./terraform-runner";
import { startTlsEndpoint, type TlsEndpoint } from "./tls-endpoint";
import { createWorkspace, type WorkspaceOptions } from "./workspace";

export interface LocalTerraformOptions
  extends WorkspaceOptions, Pick<TerraformOptions, "variables" | "env"> {
  /** Further arguments of `terraform init`. */
  readonly init?: readonly string[];
}

/** All that stands in for the world around a cluster, on this machine. */
export class LocalCloud {
  /** The APIs of AWS, past the fault proxy. */
  readonly api: AwsApi;
  /** Reads documents from the emulator, past the fault proxy. */
  readonly relyingParty: RelyingParty;
  private readonly terraforms: Terraform[] = [];

  private constructor(
    private readonly capabilities: Capabilities,
    readonly emulator: Emulator,
    /** Where Terraform sends what is meant for AWS. */
    readonly proxy: FaultProxy,
    /** What Terraform takes for all https hosts; undefined on a machine without openssl. */
    readonly tls: TlsEndpoint | undefined,
  ) {
    this.api = new AwsApi(emulator.url);
    this.relyingParty = new RelyingParty(s3At(emulator.url));
  }

  /**
   * @param known what the machine can do, if it was found before
   * @throws {Error} the emulator is not there or does not answer
   */
  static async start(known = capabilitiesOfRun()): Promise<LocalCloud> {
    const capabilities = known ?? (await detectCapabilities());
    const emulator = await startEmulator(capabilities.found.emulator);
    const tls = capabilities.missing.openssl === undefined ? await startTlsEndpoint() : undefined;
    return new LocalCloud(capabilities, emulator, await FaultProxy.start(emulator.url), tls);
  }

  /**
   * Terraform in a workspace made of a configuration, initialized.
   *
   * @param source the configuration's directory
   */
  async terraform(
    source: string,
    { variables, env, init = [], ...options }: LocalTerraformOptions = {},
  ): Promise<Terraform> {
    const { binary, pluginDirectories } = this.capabilities;
    const terraform = new Terraform({
      directory: createWorkspace(source, options),
      binary,
      pluginDirectories,
      variables,
      env: { AWS_ENDPOINT_URL: this.proxy.url, ...this.tls?.env, ...env },
    });
    this.terraforms.push(terraform);
    await terraform.init(...init);
    return terraform;
  }

  /** Forgets what was made and lets every request through. */
  async reset(): Promise<void> {
    this.proxy.clear();
    await this.emulator.reset();
  }

  async stop(): Promise<void> {
    await Promise.all(this.terraforms.map((terraform) => terraform.stop()));
    await Promise.all([this.proxy.stop(), this.tls?.stop(), this.emulator.stop()]);
  }
}
