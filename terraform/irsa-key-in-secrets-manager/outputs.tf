output "issuer_hostpath" {
  description = "Host and path of the issuer, as in the condition keys of trust policies."
  value       = local.issuer_hostpath
}

output "issuer_url" {
  description = "Issuer URL: service-account-issuer of the cluster's API server."
  value       = local.issuer_url
}

output "oidc_provider_arn" {
  description = "ARN of the IAM identity provider: the federated principal of trust policies."
  value       = aws_iam_openid_connect_provider.oidc.arn
}

output "trusted_issuers" {
  description = "Every issuer whose tokens roles should trust, the present one first: issuers of the module irsa-role."
  value = [
    {
      issuer_url        = local.issuer_url
      issuer_hostpath   = local.issuer_hostpath
      oidc_provider_arn = aws_iam_openid_connect_provider.oidc.arn
      audiences         = ["sts.amazonaws.com"]
    },
  ]
}

output "jwks_uri" {
  description = "URL of the published JWKS."
  value       = local.jwks_uri
}

output "signing_key_secret_arn" {
  description = "ARN of the secret that contains the private signing key: PEM, or base64 of it."
  value       = aws_secretsmanager_secret.key.arn
  depends_on = [
    aws_s3_object.keys_json,
    aws_s3_object.openid-configuration,
  ]
}

output "signing_key_secret_version_id" {
  description = "Version of the secret that contains the private signing key."
  value       = aws_secretsmanager_secret_version.key.version_id
  depends_on = [
    aws_s3_object.keys_json,
    aws_s3_object.openid-configuration,
  ]
}

output "key_ids" {
  description = "Key IDs (kid) of the published keys, in order."
  value       = [for key in jsondecode(aws_s3_object.keys_json.content).keys : key.kid if key.kid != ""]
}
