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
  talos_arguments = yamlencode({
    cluster = {
      apiServer = {
        extraArgs = {
          service-account-issuer = local.issuer_url
        }
      }
      serviceAccount = {
        key = base64encode(tls_private_key.key.private_key_pem)
      }
    }
  })
  talos_documents_1 = yamlencode({
    apiVersion = "v1alpha1"
    kind       = "KubeServiceAccountConfig"
    accepted = {
      "$patch" = "delete"
    }
  })
  talos_documents_2 = yamlencode({
    apiVersion = "v1alpha1"
    kind       = "KubeServiceAccountConfig"
    issuer = {
      privateKey = tls_private_key.key.private_key_pem
      issuerURL  = local.issuer_url
    }
    accepted = {
      audiences = [var.control_plane_endpoint]
    }
  })
}

data "external" "jwks" {
  program = ["node", "${path.module}/jwks.cjs"]
  query = {
    keys = jsonencode([
      {
        name      = "key"
        publicKey = tls_private_key.key.public_key_pem
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

resource "tls_private_key" "key" {
  algorithm = "RSA"
  rsa_bits  = 2048
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

resource "aws_secretsmanager_secret" "signing_key" {
  name                    = "${var.secret_prefix}/${var.cluster_name}"
  recovery_window_in_days = var.recovery_window_in_days
  tags                    = var.tags
}

resource "aws_secretsmanager_secret_version" "signing_key" {
  secret_id     = aws_secretsmanager_secret.signing_key.id
  secret_string = base64encode(tls_private_key.key.private_key_pem)
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
  triggers_replace = each.key == "resources" ? [aws_s3_bucket.oidc.id, aws_iam_openid_connect_provider.oidc.id] : []

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
