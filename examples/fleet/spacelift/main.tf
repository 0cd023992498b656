# A stack of Spacelift for each stack of the repository. `stacks.json` is what `irsa list --json` writes; it and
# `cdktf.out` are committed. The state stays in the backend that irsa.yaml names.

terraform {
  required_version = ">= 1.11"
  required_providers {
    spacelift = {
      source  = "spacelift-io/spacelift"
      version = "~> 1.53"
    }
  }
}

locals {
  stacks = { for stack in jsondecode(file("${path.module}/stacks.json")) : stack.name => stack }
}

resource "spacelift_stack" "stack" {
  for_each                = local.stacks
  name                    = "irsa-${each.key}"
  repository              = "clusters"
  branch                  = "main"
  project_root            = each.value.directory
  terraform_workflow_tool = "OPEN_TOFU"
  terraform_version       = "~> 1.11"
  manage_state            = false
  autodeploy              = false
  protect_from_deletion   = true
}

# Roles that trust Spacelift, in the account of each stack: one to plan with, one to apply with.
resource "spacelift_aws_integration" "role" {
  for_each                       = { for pair in setproduct(keys(local.stacks), ["plan", "apply"]) : join("/", pair) => pair }
  name                           = "irsa-${join("-", each.value)}"
  role_arn                       = "arn:${local.stacks[each.value[0]].partition}:iam::${local.stacks[each.value[0]].accountId}:role/irsa-${each.value[1]}"
  generate_credentials_in_worker = false
}

resource "spacelift_aws_integration_attachment" "role" {
  for_each       = spacelift_aws_integration.role
  integration_id = each.value.id
  stack_id       = spacelift_stack.stack[split("/", each.key)[0]].id
  read           = endswith(each.key, "/plan")
  write          = endswith(each.key, "/apply")
}
