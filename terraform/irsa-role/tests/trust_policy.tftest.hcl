# Who may assume the role: what the trust policy is made of.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws-us-gov" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = {
      json          = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
      minified_json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }
}

variables {
  name             = "prod-app"
  service_accounts = ["shop/api"]
  issuers = [{
    issuer_hostpath   = "s3.eu-central-1.amazonaws.com/acme-prod-oidc"
    oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/s3.eu-central-1.amazonaws.com/acme-prod-oidc"
  }]
}

run "names_audience_and_service_account" {
  command = plan

  assert {
    condition     = length(data.aws_iam_policy_document.trust.statement) == 1
    error_message = "One issuer and no wildcard make one statement."
  }

  assert {
    condition     = data.aws_iam_policy_document.trust.statement[0].actions == toset(["sts:AssumeRoleWithWebIdentity"])
    error_message = "The statement allows another action."
  }

  assert {
    condition     = tolist(data.aws_iam_policy_document.trust.statement[0].principals)[0].identifiers == toset([var.issuers[0].oidc_provider_arn])
    error_message = "The statement names another identity provider."
  }

  assert {
    condition = { for condition in data.aws_iam_policy_document.trust.statement[0].condition : condition.variable => "${condition.test} ${join(",", condition.values)}" } == {
      "s3.eu-central-1.amazonaws.com/acme-prod-oidc:aud" = "StringEquals sts.amazonaws.com"
      "s3.eu-central-1.amazonaws.com/acme-prod-oidc:sub" = "StringEquals system:serviceaccount:shop:api"
    }
    error_message = "The conditions do not name audience and ServiceAccount."
  }
}

run "compares_wildcards_apart_for_each_issuer" {
  command = plan

  variables {
    service_accounts = ["shop/api", "observability/*", "shop/worker"]
    issuers = [
      {
        issuer_hostpath   = "s3.eu-central-1.amazonaws.com/acme-prod-oidc"
        oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/s3.eu-central-1.amazonaws.com/acme-prod-oidc"
      },
      {
        issuer_hostpath   = "oidc.example.org/"
        oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc.example.org/"
        audiences         = ["vault", "sts.amazonaws.com"]
      },
    ]
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.trust.statement : {
        for condition in statement.condition : condition.variable => "${condition.test} ${join(",", condition.values)}"
      }
      ] == [
      {
        "s3.eu-central-1.amazonaws.com/acme-prod-oidc:aud" = "StringEquals sts.amazonaws.com"
        "s3.eu-central-1.amazonaws.com/acme-prod-oidc:sub" = "StringEquals system:serviceaccount:shop:api,system:serviceaccount:shop:worker"
      },
      {
        "s3.eu-central-1.amazonaws.com/acme-prod-oidc:aud" = "StringEquals sts.amazonaws.com"
        "s3.eu-central-1.amazonaws.com/acme-prod-oidc:sub" = "StringLike system:serviceaccount:observability:*"
      },
      {
        "oidc.example.org/:aud" = "StringEquals vault,sts.amazonaws.com"
        "oidc.example.org/:sub" = "StringEquals system:serviceaccount:shop:api,system:serviceaccount:shop:worker"
      },
      {
        "oidc.example.org/:aud" = "StringEquals vault,sts.amazonaws.com"
        "oidc.example.org/:sub" = "StringLike system:serviceaccount:observability:*"
      },
    ]
    error_message = "Exact and wildcard ServiceAccounts of each issuer need a statement of their own."
  }
}

run "trusts_principals_besides_service_accounts" {
  command = plan

  variables {
    path                          = "/ci/"
    additional_trusted_principals = ["arn:aws:iam::444455556666:role/deploy", "777788889999", "self"]
  }

  assert {
    condition     = tolist(data.aws_iam_policy_document.trust.statement[1].principals)[0].identifiers == toset(["arn:aws:iam::444455556666:role/deploy", "arn:aws-us-gov:iam::777788889999:root"])
    error_message = "The second statement names other principals."
  }

  assert {
    condition     = alltrue([for statement in slice(data.aws_iam_policy_document.trust.statement, 1, 3) : statement.actions == toset(["sts:AssumeRole"])])
    error_message = "Principals besides ServiceAccounts may do something else than sts:AssumeRole."
  }

  assert {
    condition     = tolist(data.aws_iam_policy_document.trust.statement[2].principals)[0].identifiers == toset(["arn:aws-us-gov:iam::111122223333:root"]) && tolist(data.aws_iam_policy_document.trust.statement[2].condition)[0].values == tolist(["arn:aws-us-gov:iam::111122223333:role/ci/prod-app"])
    error_message = "The role does not trust itself, or trusts its account as a whole."
  }
}
