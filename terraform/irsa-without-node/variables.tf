variable "bucket_name" {
  description = "Name of the S3 bucket that publishes the OpenID discovery document and the JWKS."
  type        = string
  nullable    = false

  validation {
    error_message = "bucket_name must be 3 to 63 characters long."
    condition     = can(regex("^.{3,63}$", var.bucket_name))
  }

  validation {
    error_message = "bucket_name must hold only lower-case letters, digits, periods and hyphens."
    condition     = can(regex("^[a-z0-9.-]*$", var.bucket_name))
  }

  validation {
    error_message = "bucket_name must begin and end with a letter or digit."
    condition     = can(regex("^[a-z0-9](.*[a-z0-9])?$", var.bucket_name))
  }

  validation {
    error_message = "bucket_name must hold no two periods side by side."
    condition     = !can(regex("[.][.]", var.bucket_name))
  }

  validation {
    error_message = "bucket_name must not be formatted as an IP address."
    condition     = !can(regex("^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$", var.bucket_name))
  }

  validation {
    error_message = "bucket_name must not begin with a prefix that S3 reserves (xn--, sthree-, amzn-s3-demo-)."
    condition     = !can(regex("^(xn--|sthree-|amzn-s3-demo-)", var.bucket_name))
  }

  validation {
    error_message = "bucket_name must not end with a suffix that S3 reserves (-s3alias, --ol-s3, .mrap, --x-s3, --table-s3)."
    condition     = !can(regex("(-s3alias|--ol-s3|[.]mrap|--x-s3|--table-s3)$", var.bucket_name))
  }
}

variable "cluster_name" {
  description = "Name of the cluster: the last part of the secret's name."
  type        = string
  nullable    = false

  validation {
    error_message = "cluster_name must be 1 to 255 characters long."
    condition     = can(regex("^.{1,255}$", var.cluster_name))
  }

  validation {
    error_message = "cluster_name must hold only letters, digits and the characters /_+=.@-."
    condition     = can(regex("^[A-Za-z0-9/_+=.@-]*$", var.cluster_name))
  }
}

variable "secret_prefix" {
  description = "First part of the name of the secret that holds the private signing key."
  type        = string
  nullable    = false

  validation {
    error_message = "secret_prefix must be 1 to 255 characters long."
    condition     = can(regex("^.{1,255}$", var.secret_prefix))
  }

  validation {
    error_message = "secret_prefix must hold only letters, digits and the characters /_+=.@-."
    condition     = can(regex("^[A-Za-z0-9/_+=.@-]*$", var.secret_prefix))
  }
}

variable "tags" {
  description = "Tags of the bucket, the secret and the identity provider."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "force_destroy" {
  description = "Whether destroying the bucket removes objects that others have put into it."
  type        = bool
  default     = false
  nullable    = false
}

variable "recovery_window_in_days" {
  description = "Days for which Secrets Manager keeps the secret and its name after it is destroyed: 7 to 30, or 0 for none."
  type        = number
  default     = 30
  nullable    = false

  validation {
    error_message = "recovery_window_in_days must be 0 or 7 to 30."
    condition     = contains(concat([0], range(7, 31)), var.recovery_window_in_days)
  }
}

variable "thumbprints" {
  description = "SHA-1 values that IAM falls back on for the certificate of the JWKS' host. Null: that of the certificate shown at plan; empty: none, AWS' own trust store decides."
  type        = list(string)
  default     = null
  nullable    = true

  validation {
    error_message = "thumbprints must hold at most 5 SHA-1 values of 40 hexadecimal digits."
    condition     = var.thumbprints == null ? true : length(var.thumbprints) <= 5 && alltrue([for value in var.thumbprints : can(regex("^[0-9A-Fa-f]{40}$", value))])
  }
}
