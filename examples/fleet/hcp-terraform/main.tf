# A workspace for each stack of the repository. `stacks.json` is what `irsa list --json` writes; it and `cdktf.out` are
# committed, and so is `backend: { type: remote, config: { organization: acme } }` in irsa.yaml.

terraform {
  required_version = ">= 1.11"
  required_providers {
    tfe = {
      source  = "hashicorp/tfe"
      version = "~> 0.80"
    }
  }
}

variable "github_app_installation_id" {
  description = "The installation of HCP Terraform's GitHub App that reads the repository"
  type        = string
}

locals {
  organization = "acme"
  stacks       = { for stack in jsondecode(file("${path.module}/stacks.json")) : stack.name => stack }
}

resource "tfe_workspace" "stack" {
  for_each          = local.stacks
  name              = "self-hosted-irsa-${each.key}" # as the backend of the stack names it
  organization      = local.organization
  working_directory = each.value.directory
  trigger_patterns  = ["${each.value.directory}/**"]
  terraform_version = "~> 1.11"
  auto_apply        = false
  queue_all_runs    = false

  vcs_repo {
    identifier                 = "acme/clusters"
    branch                     = "main"
    github_app_installation_id = var.github_app_installation_id
  }
}

locals {
  # Roles that trust HCP Terraform's OpenID provider, in the account of each stack.
  environment = merge([
    for name, stack in local.stacks : {
      for key, value in {
        TFC_AWS_PROVIDER_AUTH  = "true"
        TFC_AWS_PLAN_ROLE_ARN  = "arn:${stack.partition}:iam::${stack.accountId}:role/irsa-plan"
        TFC_AWS_APPLY_ROLE_ARN = "arn:${stack.partition}:iam::${stack.accountId}:role/irsa-apply"
      } : "${name}/${key}" => { stack = name, key = key, value = value }
    }
  ]...)
}

resource "tfe_variable" "environment" {
  for_each     = local.environment
  workspace_id = tfe_workspace.stack[each.value.stack].id
  category     = "env"
  key          = each.value.key
  value        = each.value.value
}
