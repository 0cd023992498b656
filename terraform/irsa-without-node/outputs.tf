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

output "secret_arn" {
  description = "ARN of the secret that holds the private signing key, base64-encoded as Talos takes it."
  value       = aws_secretsmanager_secret.signing_key.arn
}

output "key_ids" {
  description = "Key IDs (kid) of the published keys, in order."
  value       = [local.key_kid]
}

output "talos_machine_config_patch" {
  description = "Talos machine-config patch for control-plane nodes; holds the private key if Terraform makes it."
  value       = (var.talos_form == "document") ? join("---\n", [local.talos_documents_1, local.talos_documents_2]) : local.talos_arguments
  sensitive   = true

  precondition {
    condition     = (var.talos_form != "document") || (var.control_plane_endpoint != null)
    error_message = "control_plane_endpoint is missing: with talos_form = document, pods get 401 without it."
  }
}

output "signing_key" {
  description = "Private signing key: base64 of its PEM, as Talos' cluster.serviceAccount.key."
  value       = base64encode(tls_private_key.key.private_key_pem)
  sensitive   = true
}
