locals {
  issuer_hostpath = "s3.${data.aws_region.current.id}.${data.aws_partition.current.dns_suffix}/${var.bucket_name}"
  issuer_url      = "https://${local.issuer_hostpath}"
  jwks_uri        = "${local.issuer_url}/keys.json"
  openid_configuration = jsonencode({
    authorization_endpoint                = "urn:kubernetes:programmatic_authorization"
    claims_supported                      = ["sub", "iss"]
    id_token_signing_alg_values_supported = ["RS256"]
    issuer                                = local.issuer_url
    jwks_uri                              = local.jwks_uri
    response_types_supported              = ["id_token"]
    subject_types_supported               = ["public"]
  })
}

data "aws_ssm_parameter" "key" {
  name       = aws_ssm_parameter.key.name
  depends_on = [aws_ssm_parameter.key]

  lifecycle {
    postcondition {
      condition     = trimspace(self.insecure_value) == trimspace(ephemeral.tls_public_key.key.public_key_pem)
      error_message = "The SSM parameter ${self.name} does not contain the public half of the signing key \"key\": someone else has changed it. Nothing is published. Find out who may write to it, then apply with -replace=aws_ssm_parameter.key."
    }

    postcondition {
      condition = startswith(
        replace(self.insecure_value, "/-----[A-Z ]+-----|[^A-Za-z0-9+/=]/", ""),
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA",
      ) && endswith(replace(self.insecure_value, "/-----[A-Z ]+-----|[^A-Za-z0-9+/=]/", ""), "AQAB")
      error_message = "The signing key \"key\" is not RSA-2048 with the exponent 65537."
    }
  }
}

data "external" "jwks" {
  program = ["node", "${path.module}/jwks.cjs"]
  query = {
    keys = jsonencode([
      {
        name      = "key"
        publicKey = data.aws_ssm_parameter.key.insecure_value
      },
    ])
  }
}

data "tls_certificate" "oidc" {
  count = (var.thumbprints == null) ? 1 : 0
  url   = local.issuer_url
}

data "aws_region" "current" {}

data "aws_partition" "current" {}

ephemeral "tls_private_key" "key" {
  algorithm = "RSA"
  rsa_bits  = 2048
}

ephemeral "aws_secretsmanager_secret_version" "key" {
  secret_id  = aws_secretsmanager_secret_version.key.secret_id
  version_id = aws_secretsmanager_secret_version.key.version_id
}

ephemeral "tls_public_key" "key" {
  private_key_pem = try(
    base64decode(ephemeral.aws_secretsmanager_secret_version.key.secret_string),
    ephemeral.aws_secretsmanager_secret_version.key.secret_string,
  )
}

resource "aws_secretsmanager_secret" "key" {
  name                    = "${var.secret_prefix}/${var.cluster_name}/key"
  recovery_window_in_days = var.recovery_window_in_days
  tags                    = var.tags

  lifecycle {
    ignore_changes = [name]
  }
}

resource "aws_secretsmanager_secret_version" "key" {
  secret_id                = aws_secretsmanager_secret.key.id
  secret_string_wo         = base64encode(ephemeral.tls_private_key.key.private_key_pem)
  secret_string_wo_version = 1

  lifecycle {
    postcondition {
      condition     = contains(self.version_stages, "AWSCURRENT")
      error_message = "The secret ${self.arn} has got another value: its current version is not the key that Terraform made (version ${self.version_id}), and is published nowhere. To make that key current again: aws secretsmanager update-secret-version-stage --secret-id ${self.arn} --version-stage AWSCURRENT --move-to-version-id ${self.version_id} --remove-from-version-id ID-OF-THE-CURRENT-VERSION"
    }
  }
}

resource "aws_ssm_parameter" "key" {
  description      = "Public half of a ServiceAccount signing key, from which the JWKS is computed."
  type             = "String"
  name             = "/self-hosted-irsa/${replace(var.cluster_name, "/[^A-Za-z0-9_.-]/", "_")}/key"
  overwrite        = true
  tags             = var.tags
  value_wo         = ephemeral.tls_public_key.key.public_key_pem
  value_wo_version = parseint(substr(sha1(aws_secretsmanager_secret_version.key.version_id), 0, 7), 16)

  lifecycle {
    ignore_changes = [
      name,
      description,
    ]
  }
}

resource "aws_s3_bucket" "oidc" {
  bucket        = var.bucket_name
  force_destroy = var.force_destroy
  tags          = var.tags
}

resource "aws_s3_bucket_ownership_controls" "oidc" {
  bucket     = var.bucket_name
  depends_on = [aws_s3_bucket.oidc]

  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_public_access_block" "oidc" {
  block_public_acls       = false
  block_public_policy     = false
  bucket                  = var.bucket_name
  ignore_public_acls      = false
  restrict_public_buckets = false
  depends_on              = [aws_s3_bucket.oidc]
}

resource "aws_s3_object" "keys_json" {
  acl          = "public-read"
  bucket       = var.bucket_name
  content      = data.external.jwks.result["jwks"]
  content_type = "application/json"
  etag         = md5(data.external.jwks.result["jwks"])
  key          = "keys.json"
  depends_on = [
    aws_s3_bucket_ownership_controls.oidc,
    aws_s3_bucket_public_access_block.oidc,
  ]

  lifecycle {
    precondition {
      condition     = length(lookup(jsondecode(data.external.jwks.result["jwks"]), "keys", [])) >= 1
      error_message = "The JWKS has no keys: publishing it would end every role assumption of the cluster at once."
    }
  }
}

resource "aws_s3_object" "openid-configuration" {
  acl          = "public-read"
  bucket       = var.bucket_name
  content      = local.openid_configuration
  content_type = "application/json"
  etag         = md5(local.openid_configuration)
  key          = ".well-known/openid-configuration"
  depends_on = [
    aws_s3_bucket_ownership_controls.oidc,
    aws_s3_bucket_public_access_block.oidc,
  ]
}

resource "aws_iam_openid_connect_provider" "oidc" {
  client_id_list  = ["sts.amazonaws.com"]
  tags            = var.tags
  thumbprint_list = (var.thumbprints == null) ? [data.tls_certificate.oidc[0].certificates[0].sha1_fingerprint] : (length(var.thumbprints) < 1) ? null : var.thumbprints
  url             = local.issuer_url
  depends_on = [
    aws_s3_object.keys_json,
    aws_s3_object.openid-configuration,
  ]
}

resource "terraform_data" "deletion_protection" {
  for_each = toset(var.deletion_protection ? ["issuer", "resources"] : [])
  input = {
    issuer_url = local.issuer_url
    bucket     = var.bucket_name
  }
  triggers_replace = each.key == "resources" ? [
    aws_s3_bucket.oidc.id,
    aws_iam_openid_connect_provider.oidc.id,
    aws_secretsmanager_secret_version.key.version_id,
  ] : []

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [input]

    postcondition {
      condition     = anytrue([(each.key == "resources"), (self.input.issuer_url == local.issuer_url)])
      error_message = "The issuer would change from ${self.input.issuer_url} to ${local.issuer_url}, and AWS would refuse every token of the cluster. Publish the new issuer beside this one first, as nextIssuer (irsa migrate plans the steps). To end the old issuer, remove terraform_data.deletion_protection from the state first (terraform state rm), or synthesize with deletionProtection: false."
    }

    postcondition {
      condition     = anytrue([(each.key == "resources"), (self.input.bucket == var.bucket_name)])
      error_message = "The documents would move from the bucket \"${self.input.bucket}\" to \"${var.bucket_name}\", and be gone in between. Publish them in both places first. To move them all the same, remove terraform_data.deletion_protection from the state first (terraform state rm), or synthesize with deletionProtection: false."
    }
  }
}
