import {
  type TerraformMetaArguments,
  type TerraformProviderConfig,
  TerraformProvider,
  TerraformResource,
} from "cdktf";
import type { Construct } from "constructs";

/*
 * The blocks of the Talos provider that a cluster needs. No package has classes for them; those that
 * `cdktf get` generates are thirty times as long.
 */

/** The versions whose write-only arguments these classes know, and whose ephemeral resources. */
export const talosProviderVersion = ">= 0.11.0, < 0.12.0";

const metadata = { providerName: "talos", providerVersion: talosProviderVersion };

/** The provider `siderolabs/talos`, which has no arguments that a cluster needs. */
export class TalosProvider extends TerraformProvider {
  constructor(scope: Construct, id: string, _config: Partial<TerraformProviderConfig> = {}) {
    super(scope, id, {
      terraformResourceType: "talos",
      terraformGeneratorMetadata: metadata,
      terraformProviderSource: "siderolabs/talos",
    });
  }

  protected override synthesizeAttributes(): Record<string, never> {
    return {};
  }
}

/** Who the Talos API takes Terraform for: an expression that the state never keeps. */
interface ClientConfig extends TerraformMetaArguments {
  /** An object with `ca_certificate`, `client_certificate` and `client_key`: an ephemeral token. */
  readonly clientConfigurationWo: string;
  /** The machine's address. */
  readonly node: string;
}

/** Arguments of {@link TalosMachineConfigurationApply}. */
export interface TalosMachineConfigurationApplyConfig extends ClientConfig {
  /** The machine configuration: an ephemeral token. */
  readonly machineConfigurationInputWo: string;
  /** Patches as YAML, merged in their order; the state keeps them. */
  readonly configPatches: readonly string[];
}

/**
 * `talos_machine_configuration_apply`: gives a machine its configuration, over an unauthenticated
 * connection while it has none and with mutual TLS afterwards.
 *
 * @see {@link https://github.com/siderolabs/terraform-provider-talos/blob/v0.11.0/docs/resources/machine_configuration_apply.md talos_machine_configuration_apply}
 */
export class TalosMachineConfigurationApply extends TerraformResource {
  static readonly tfResourceType = "talos_machine_configuration_apply";

  constructor(
    scope: Construct,
    id: string,
    private readonly config: TalosMachineConfigurationApplyConfig,
  ) {
    super(scope, id, {
      ...config,
      terraformResourceType: TalosMachineConfigurationApply.tfResourceType,
      terraformGeneratorMetadata: metadata,
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { config } = this;
    return {
      client_configuration_wo: config.clientConfigurationWo,
      machine_configuration_input_wo: config.machineConfigurationInputWo,
      node: config.node,
      config_patches: [...config.configPatches],
    };
  }
}

/**
 * `talos_machine_bootstrap`: starts etcd on one control-plane machine, once in a cluster's life.
 *
 * @see {@link https://github.com/siderolabs/terraform-provider-talos/blob/v0.11.0/docs/resources/machine_bootstrap.md talos_machine_bootstrap}
 */
export class TalosMachineBootstrap extends TerraformResource {
  static readonly tfResourceType = "talos_machine_bootstrap";

  constructor(
    scope: Construct,
    id: string,
    private readonly config: ClientConfig,
  ) {
    super(scope, id, {
      ...config,
      terraformResourceType: TalosMachineBootstrap.tfResourceType,
      terraformGeneratorMetadata: metadata,
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { clientConfigurationWo, node } = this.config;
    return { client_configuration_wo: clientConfigurationWo, node };
  }
}
