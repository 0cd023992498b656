# The provider itself writes the policy that IAM counts the characters of; nothing is asked of AWS.

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

variables {
  name = "prod-app"
  issuers = [{
    issuer_hostpath   = "oidc.example.org"
    oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc.example.org"
  }]
  service_accounts = [for index in range(50) : "shop/worker-${format("%02d", index)}"]
}

run "refuses_what_exceeds_the_quota" {
  command = plan

  expect_failures = [aws_iam_role.this]
}

run "accepts_it_where_the_quota_is_higher" {
  command = plan

  variables {
    max_trust_policy_length = 2250
  }

  assert {
    condition     = length(aws_iam_role.this.assume_role_policy) > 2048 && length(data.aws_iam_policy_document.trust.minified_json) <= 2250
    error_message = "The policy is not longer than the quota that accounts have."
  }
}
