# Reads the machine configurations that the stack has put into Secrets Manager, and gives them to the machines.
# What is ephemeral, and what a write-only argument takes, is in no state and in no plan.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
    talos = {
      source  = "siderolabs/talos"
      version = "~> 0.11.0"
    }
  }
}

locals {
  # The names of externalWorkers in irsa.yaml, and their addresses in Azure.
  workers = {
    azure-1 = "10.60.48.10"
    azure-2 = "10.60.48.11"
  }

  secret = "talos/prod/machine-secrets"
}

provider "aws" {
  region = "eu-central-1"
}

ephemeral "aws_secretsmanager_secret_version" "worker" {
  for_each  = local.workers
  secret_id = "${local.secret}/${each.key}"
}

ephemeral "aws_secretsmanager_secret_version" "machine_secrets" {
  secret_id = local.secret
}

locals {
  machine_secrets = jsondecode(ephemeral.aws_secretsmanager_secret_version.machine_secrets.secret_string)
}

# For changes of a machine that has a configuration; one that has none asks for no certificate.
ephemeral "talos_client_configuration" "terraform" {
  cluster_name = "prod"

  # The signing key is a secret of its own, which no client certificate is made of.
  machine_secrets = merge(local.machine_secrets, {
    certs = merge(local.machine_secrets.certs, { k8s_serviceaccount = { key = "" } })
  })
}

resource "talos_machine_configuration_apply" "worker" {
  for_each                       = local.workers
  node                           = each.value
  client_configuration_wo        = ephemeral.talos_client_configuration.terraform.client_configuration
  machine_configuration_input_wo = ephemeral.aws_secretsmanager_secret_version.worker[each.key].secret_string

  depends_on = [azurerm_linux_virtual_machine.worker]
}
