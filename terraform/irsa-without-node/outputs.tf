output "issuer_hostpath" {
  description = "Host and path of the issuer, as in the condition keys of trust policies."
  value       = local.issuer_hostpath
}

output "issuer_url" {
  description = "Issuer URL: service-account-issuer of the cluster's API server."
  value       = local.issuer_url
}

output "jwks_uri" {
  description = "URL of the published JWKS."
  value       = local.jwks_uri
}

output "secret_arn" {
  description = "ARN of the secret that holds the private signing key, base64-encoded as Talos takes it."
  value       = aws_secretsmanager_secret.signing_key.arn
}

output "oidc_provider_arn" {
  description = "ARN of the IAM identity provider: the federated principal of trust policies."
  value       = aws_iam_openid_connect_provider.oidc.arn
}

output "key_ids" {
  description = "Key IDs (kid) of the published keys, in order."
  value       = [local.key_kid]
}
