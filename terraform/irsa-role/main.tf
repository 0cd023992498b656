locals {
  # An entry with a wildcard never matches under StringEquals.
  subjects = {
    StringEquals = [for entry in var.service_accounts : "system:serviceaccount:${replace(entry, "/", ":")}" if !can(regex("[*?]", entry))]
    StringLike   = [for entry in var.service_accounts : "system:serviceaccount:${replace(entry, "/", ":")}" if can(regex("[*?]", entry))]
  }

  # A statement for each issuer and operator: all conditions of a statement must hold.
  trust_statements = flatten([
    for issuer in var.issuers : [
      for operator, subjects in local.subjects : {
        issuer_hostpath   = issuer.issuer_hostpath
        oidc_provider_arn = issuer.oidc_provider_arn
        audiences         = var.audiences == null ? issuer.audiences : var.audiences
        operator          = operator
        subjects          = subjects
      } if length(subjects) > 0
    ]
  ])

  trusted_principals = [
    for principal in var.additional_trusted_principals :
    can(regex("^[0-9]{12}$", principal)) ? "arn:${data.aws_partition.current[0].partition}:iam::${principal}:root" : principal
    if principal != "self"
  ]

  # IAM refuses the ARN of a role that is not there yet: a role trusts itself by its account and a condition.
  trusts_itself = contains(var.additional_trusted_principals, "self")

  # IAM does not count white space.
  inline_policies_length = sum(concat([0], [for policy in values(var.inline_policies) : length(replace(policy, "/\\s/", ""))]))
}

################################################################################
# Role
################################################################################

data "aws_partition" "current" {
  count = length(var.additional_trusted_principals) > 0 ? 1 : 0
}

data "aws_caller_identity" "current" {
  count = local.trusts_itself ? 1 : 0
}

data "aws_iam_policy_document" "trust" {
  dynamic "statement" {
    for_each = local.trust_statements

    content {
      effect  = "Allow"
      actions = ["sts:AssumeRoleWithWebIdentity"]

      principals {
        type        = "Federated"
        identifiers = [statement.value.oidc_provider_arn]
      }

      condition {
        test     = "StringEquals"
        variable = "${statement.value.issuer_hostpath}:aud"
        values   = statement.value.audiences
      }

      condition {
        test     = statement.value.operator
        variable = "${statement.value.issuer_hostpath}:sub"
        values   = statement.value.subjects
      }
    }
  }

  dynamic "statement" {
    for_each = length(local.trusted_principals) > 0 ? [local.trusted_principals] : []

    content {
      effect  = "Allow"
      actions = ["sts:AssumeRole"]

      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = local.trusts_itself ? ["arn:${data.aws_partition.current[0].partition}:iam::${data.aws_caller_identity.current[0].account_id}"] : []

    content {
      effect  = "Allow"
      actions = ["sts:AssumeRole"]

      principals {
        type        = "AWS"
        identifiers = ["${statement.value}:root"]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = ["${statement.value}:role${var.path}${var.name}"]
      }
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = var.description
  path                 = var.path
  max_session_duration = var.max_session_duration

  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.permissions_boundary

  tags = var.tags

  lifecycle {
    precondition {
      condition     = var.any_service_account || alltrue([for entry in var.service_accounts : !can(regex("^[*?]*[*][*?]*/[*?]*[*][*?]*$", entry))])
      error_message = "Each entry of service_accounts must not stand for every ServiceAccount of the cluster unless any_service_account is true."
    }

    precondition {
      condition     = length(data.aws_iam_policy_document.trust.minified_json) <= var.max_trust_policy_length
      error_message = "service_accounts must give a trust policy of at most ${var.max_trust_policy_length} characters: name fewer ServiceAccounts or issuers, or raise max_trust_policy_length if the account's quota is higher."
    }

    precondition {
      condition     = length(var.managed_policy_arns) <= var.max_managed_policies
      error_message = "managed_policy_arns must give the role at most ${var.max_managed_policies} managed policies; raise max_managed_policies if the account's quota is higher."
    }

    precondition {
      condition     = local.inline_policies_length <= 10240
      error_message = "inline_policies must give inline policies of at most 10240 characters together."
    }
  }
}

################################################################################
# Policies
################################################################################

resource "aws_iam_role_policy_attachment" "managed" {
  for_each = var.managed_policy_arns

  role       = aws_iam_role.this.name
  policy_arn = each.value
}

resource "aws_iam_role_policy" "inline" {
  for_each = var.inline_policies

  name   = each.key
  role   = aws_iam_role.this.name
  policy = each.value
}
