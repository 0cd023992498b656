# What would fail half-way in an apply fails at plan.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json          = "{}"
      minified_json = "{}"
    }
  }
}

variables {
  name             = "prod-app"
  service_accounts = ["shop/api"]
  issuers = [{
    issuer_hostpath   = "oidc.example.org"
    oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc.example.org"
  }]
}

run "refuses_every_service_account" {
  command = plan

  variables {
    service_accounts = ["shop/api", "?*/*"]
  }

  expect_failures = [aws_iam_role.this]
}

run "accepts_every_service_account_when_told_so" {
  command = plan

  variables {
    service_accounts    = ["*/*"]
    any_service_account = true
  }
}

run "refuses_many_managed_policies" {
  command = plan

  variables {
    managed_policy_arns = { for index in range(11) : "policy-${index}" => "arn:aws:iam::111122223333:policy/policy-${index}" }
  }

  expect_failures = [aws_iam_role.this]
}

run "accepts_many_managed_policies_within_the_quota" {
  command = plan

  variables {
    managed_policy_arns  = { for index in range(11) : "policy-${index}" => "arn:aws:iam::111122223333:policy/policy-${index}" }
    max_managed_policies = 11
  }
}

run "refuses_long_inline_policies" {
  command = plan

  variables {
    inline_policies = { for index in range(2) : "policy-${index}" => jsonencode({ Statement = [for bucket in range(250) : "arn:aws:s3:::acme-${bucket}/*"] }) }
  }

  expect_failures = [aws_iam_role.this]
}
