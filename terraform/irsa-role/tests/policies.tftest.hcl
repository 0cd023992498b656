# What the role may do, and what the outputs say of it.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json          = "{}"
      minified_json = "{}"
    }
  }

  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::111122223333:role/platform/prod-app"
    }
  }
}

variables {
  name             = "prod-app"
  service_accounts = ["shop/api", "*/agent", "shop/*"]
  issuers = [{
    issuer_url        = "https://oidc.example.org"
    issuer_hostpath   = "oidc.example.org"
    oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc.example.org"
  }]
}

run "has_the_policies_under_their_names" {
  command = plan

  variables {
    path                 = "/platform/"
    permissions_boundary = "arn:aws:iam::111122223333:policy/boundaries/app"
    managed_policy_arns = {
      ebs-csi = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
    }
    inline_policies = {
      list = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" }]
      })
    }
    tags = { team = "platform" }
  }

  assert {
    condition     = { for name, attachment in aws_iam_role_policy_attachment.managed : name => "${attachment.role} ${attachment.policy_arn}" } == { ebs-csi = "prod-app ${var.managed_policy_arns["ebs-csi"]}" }
    error_message = "The managed policy is not attached under its name."
  }

  assert {
    condition     = { for name, policy in aws_iam_role_policy.inline : name => "${policy.role} ${policy.name} ${policy.policy}" } == { list = "prod-app list ${var.inline_policies["list"]}" }
    error_message = "The role lacks the inline policy."
  }

  assert {
    condition     = aws_iam_role.this.path == "/platform/" && aws_iam_role.this.permissions_boundary == var.permissions_boundary && aws_iam_role.this.tags == tomap({ team = "platform" })
    error_message = "The role lacks its path, boundary or tags."
  }
}

run "tells_pods_of_the_role" {
  assert {
    condition = output.service_account_annotations == {
      "eks.amazonaws.com/role-arn"               = "arn:aws:iam::111122223333:role/platform/prod-app"
      "eks.amazonaws.com/sts-regional-endpoints" = "true"
    }
    error_message = "The annotations are not those of the role."
  }

  assert {
    condition = output.pod_identity_webhook_map == {
      "shop/api" = { RoleARN = output.role_arn, Audience = "sts.amazonaws.com", UseRegionalSTS = true }
      "*/agent"  = { RoleARN = output.role_arn, Audience = "sts.amazonaws.com", UseRegionalSTS = true }
    }
    error_message = "The webhook's map must have the entries that the webhook understands."
  }
}

run "asks_for_the_audience_that_the_role_trusts" {
  variables {
    service_accounts = ["shop/api"]
    audiences        = ["vault", "sts.amazonaws.com"]
  }

  assert {
    condition     = output.service_account_annotations["eks.amazonaws.com/audience"] == "vault" && output.pod_identity_webhook_map["shop/api"].Audience == "vault"
    error_message = "Annotations and map must ask for the first audience."
  }

  assert {
    condition     = [for condition in data.aws_iam_policy_document.trust.statement[0].condition : condition.values if endswith(condition.variable, ":aud")] == [tolist(["vault", "sts.amazonaws.com"])]
    error_message = "The role's own audiences come before those of the issuer."
  }
}
