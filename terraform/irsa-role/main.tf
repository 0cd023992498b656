locals {
  exact_subjects = [
    for entry in var.service_accounts : "system:serviceaccount:${replace(entry, "/", ":")}" if !can(regex("[*?]", entry))
  ]
  wildcard_subjects = [
    for entry in var.service_accounts : "system:serviceaccount:${replace(entry, "/", ":")}" if can(regex("[*?]", entry))
  ]
  trust_statements = flatten([
    for issuer in var.issuers : [for test, subjects in { StringEquals = local.exact_subjects, StringLike = local.wildcard_subjects } : { issuer = issuer, test = test, subjects = subjects } if length(subjects) > 0]
  ])
}

data "aws_iam_policy_document" "trust" {
  dynamic "statement" {
    for_each = local.trust_statements

    content {
      effect  = "Allow"
      actions = ["sts:AssumeRoleWithWebIdentity"]

      principals {
        type        = "Federated"
        identifiers = [statement.value.issuer.oidc_provider_arn]
      }

      condition {
        test     = "StringEquals"
        variable = "${statement.value.issuer.issuer_hostpath}:aud"
        values   = ["sts.amazonaws.com"]
      }

      condition {
        test     = statement.value.test
        variable = "${statement.value.issuer.issuer_hostpath}:sub"
        values   = statement.value.subjects
      }
    }
  }
}

resource "aws_iam_role" "this" {
  description          = var.description
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = var.max_session_duration
  name                 = var.name
  path                 = var.path
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  lifecycle {
    precondition {
      condition     = var.any_service_account || alltrue([for entry in var.service_accounts : !can(regex("^[*?]+/[*?]+$", entry))])
      error_message = "service_accounts must not stand for every ServiceAccount of the cluster unless any_service_account is true."
    }

    precondition {
      condition     = length(data.aws_iam_policy_document.trust.minified_json) <= var.max_trust_policy_length
      error_message = "The trust policy has more characters than max_trust_policy_length: name fewer ServiceAccounts or issuers, or ask AWS for a higher quota."
    }
  }
}

resource "aws_iam_role_policy_attachment" "managed" {
  for_each   = toset(var.managed_policy_arns)
  policy_arn = each.value
  role       = aws_iam_role.this.name
}

resource "aws_iam_role_policy" "inline" {
  for_each = var.inline_policies
  name     = each.key
  policy   = each.value
  role     = aws_iam_role.this.name
}
