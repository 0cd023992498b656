################################################################################
# Role
################################################################################

variable "name" {
  description = "Name of the role."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^.{1,64}$", var.name))
    error_message = "name must be 1 to 64 characters long."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]*$", var.name))
    error_message = "name must contain only letters, digits and the characters +=,.@_-."
  }
}

variable "description" {
  description = "What the role is for. Null: not said."
  type        = string
  default     = null

  validation {
    condition     = var.description == null || can(regex("^[ -~¡-ÿ]{0,1000}$", var.description))
    error_message = "description must be one line of at most 1000 Latin-1 characters."
  }

  validation {
    condition     = var.description == null || !can(regex("[$%][{]", var.description))
    error_message = "description must contain neither $${ nor %%{, which Terraform would evaluate."
  }
}

variable "path" {
  description = "Path of the role."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^.{1,512}$", var.path))
    error_message = "path must be 1 to 512 characters long."
  }

  validation {
    condition     = can(regex("^/([A-Za-z0-9+=,.@_-]+/)*$", var.path))
    error_message = "path must begin and end with a slash, with letters, digits and +=,.@_- between single slashes."
  }
}

variable "max_session_duration" {
  description = "Seconds that a session can last, 3600 to 43200."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = floor(var.max_session_duration) == var.max_session_duration && var.max_session_duration >= 3600 && var.max_session_duration <= 43200
    error_message = "max_session_duration must be a whole number from 3600 to 43200."
  }
}

variable "tags" {
  description = "Tags of the role."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 50
    error_message = "tags must have at most 50 entries."
  }

  validation {
    condition     = alltrue([for key in keys(var.tags) : can(regex("^.{1,128}$", key))])
    error_message = "Each key of tags must be 1 to 128 characters long."
  }

  validation {
    condition     = alltrue([for key in keys(var.tags) : can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]*$", key))])
    error_message = "Each key of tags must contain only letters, digits, spaces and the characters _.:/=+@-."
  }

  validation {
    condition     = alltrue([for key in keys(var.tags) : !can(regex("^[aA][wW][sS]:", key))])
    error_message = "Each key of tags must not begin with aws:, which AWS reserves."
  }

  validation {
    condition     = alltrue([for value in values(var.tags) : can(regex("^.{0,256}$", value))])
    error_message = "Each value of tags must be 0 to 256 characters long."
  }

  validation {
    condition     = alltrue([for value in values(var.tags) : can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]*$", value))])
    error_message = "Each value of tags must contain only letters, digits, spaces and the characters _.:/=+@-."
  }
}

################################################################################
# Who may assume it
################################################################################

variable "service_accounts" {
  description = "ServiceAccounts that may assume the role: `NAMESPACE/NAME`, with `*` for any characters and `?` for any one where wanted."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.service_accounts) > 0
    error_message = "service_accounts must have at least one entry."
  }

  validation {
    condition     = alltrue([for entry in var.service_accounts : can(regex("^[^/]*/[^/]*$", entry))])
    error_message = "Each entry of service_accounts must be NAMESPACE/NAME."
  }

  validation {
    condition     = alltrue([for entry in var.service_accounts : can(regex("^[^/]{1,63}/", entry))])
    error_message = "Each entry of service_accounts must have a namespace of 1 to 63 characters."
  }

  validation {
    condition     = alltrue([for entry in var.service_accounts : can(regex("^[a-z0-9*?-]*/", entry))])
    error_message = "Each entry of service_accounts must have a namespace of lower-case letters, digits, hyphens and the wildcards * and ?."
  }

  validation {
    condition     = alltrue([for entry in var.service_accounts : !can(regex("^-|-/", entry))])
    error_message = "Each entry of service_accounts must have a namespace that begins and ends with a letter, a digit or a wildcard."
  }

  validation {
    condition     = alltrue([for entry in var.service_accounts : can(regex("/[^/]{1,253}$", entry))])
    error_message = "Each entry of service_accounts must have a name of 1 to 253 characters."
  }

  validation {
    condition     = alltrue([for entry in var.service_accounts : can(regex("/[a-z0-9*?.-]*$", entry))])
    error_message = "Each entry of service_accounts must have a name of lower-case letters, digits, hyphens, periods and the wildcards * and ?."
  }

  validation {
    condition     = alltrue([for entry in var.service_accounts : !can(regex("/[.-]|[.][.-]|-[.]|[.-]$", entry))])
    error_message = "Each entry of service_accounts must have a name that begins and ends, between periods too, with a letter, a digit or a wildcard."
  }

  validation {
    condition     = length(distinct(var.service_accounts)) == length(var.service_accounts)
    error_message = "Each entry of service_accounts must not repeat another entry."
  }
}

variable "any_service_account" {
  description = "Whether an entry such as `*/*` may stand for every ServiceAccount of the cluster."
  type        = bool
  default     = false
  nullable    = false
}

variable "additional_trusted_principals" {
  description = "Others that may assume the role, by `sts:AssumeRole`: ARNs of roles and users, the 12 digits of an account, or `self` for the role itself."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for entry in var.additional_trusted_principals : can(regex("^(self|[0-9]{12}|arn:aws[a-z-]*:iam::[0-9]{12}:(root|(role|user)/([A-Za-z0-9+=,.@_-]+/)*[A-Za-z0-9+=,.@_-]{1,64}))$", entry))])
    error_message = "Each entry of additional_trusted_principals must be self, the 12 digits of an AWS account ID, or the ARN of an IAM role or user."
  }

  validation {
    condition     = length(distinct(var.additional_trusted_principals)) == length(var.additional_trusted_principals)
    error_message = "Each entry of additional_trusted_principals must not repeat another entry."
  }
}

variable "issuers" {
  description = "Issuers whose tokens the role trusts: `trusted_issuers` of the module `irsa` or of a stack, of one or more clusters. `issuer_hostpath` is the issuer without `https://`, `oidc_provider_arn` its IAM identity provider."
  type = list(object({
    issuer_hostpath   = string
    oidc_provider_arn = string
    audiences         = optional(list(string), ["sts.amazonaws.com"])
  }))
  nullable = false

  validation {
    condition     = length(var.issuers) > 0
    error_message = "issuers must have at least one entry."
  }

  validation {
    condition     = alltrue([for issuer in var.issuers : can(regex("^.{1,247}$", issuer.issuer_hostpath))])
    error_message = "Each issuer_hostpath of issuers must be 1 to 247 characters long."
  }

  validation {
    condition     = alltrue([for issuer in var.issuers : !can(regex("://", issuer.issuer_hostpath))])
    error_message = "Each issuer_hostpath of issuers must have no scheme: leave out https://."
  }

  validation {
    condition     = alltrue([for issuer in var.issuers : can(regex("^([A-Za-z]+://)?[a-z0-9-]+([.][a-z0-9-]+)+(/[A-Za-z0-9._~-]+)*/?$", issuer.issuer_hostpath))])
    error_message = "Each issuer_hostpath of issuers must be a host and, where the issuer has one, its path."
  }

  validation {
    condition     = alltrue([for issuer in var.issuers : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/[A-Za-z0-9._~/-]+$", issuer.oidc_provider_arn))])
    error_message = "Each oidc_provider_arn of issuers must be the ARN of an OpenID Connect provider, such as arn:aws:iam::111122223333:oidc-provider/HOST/PATH."
  }

  validation {
    condition     = alltrue([for issuer in var.issuers : endswith(coalesce(issuer.oidc_provider_arn, "-"), ":oidc-provider/${coalesce(issuer.issuer_hostpath, "-")}")])
    error_message = "Each issuer_hostpath of issuers must be what its oidc_provider_arn has after oidc-provider/."
  }

  validation {
    condition     = length(distinct(var.issuers[*].oidc_provider_arn)) == length(var.issuers)
    error_message = "Each oidc_provider_arn of issuers must not repeat another entry."
  }

  validation {
    condition     = alltrue([for issuer in var.issuers : length(issuer.audiences) > 0])
    error_message = "Each audiences of issuers must have at least one entry."
  }

  validation {
    condition     = alltrue([for audience in flatten(var.issuers[*].audiences) : can(regex("^.{1,255}$", audience))])
    error_message = "Each entry of audiences of issuers must be 1 to 255 characters long."
  }

  validation {
    condition     = alltrue([for audience in flatten(var.issuers[*].audiences) : can(regex("^[!#-+.-Z^-~-]*$", audience))])
    error_message = "Each entry of audiences of issuers must contain only printable ASCII characters, without spaces, commas, quotes, backslashes and square brackets."
  }

  validation {
    condition     = alltrue([for audience in flatten(var.issuers[*].audiences) : !can(regex("[$%][{]", audience))])
    error_message = "Each entry of audiences of issuers must contain neither $${ nor %%{, which Terraform would evaluate."
  }

  validation {
    condition     = alltrue([for issuer in var.issuers : length(distinct(issuer.audiences)) == length(issuer.audiences)])
    error_message = "Each entry of audiences of issuers must not repeat another entry."
  }
}

variable "audiences" {
  description = "Audiences of tokens that the role trusts; the first one is what annotations and the webhook's map ask for. Null: those of each issuer, which are `sts.amazonaws.com` alone unless it names others."
  type        = list(string)
  default     = null

  validation {
    condition     = var.audiences == null ? true : length(var.audiences) > 0
    error_message = "audiences must have at least one entry."
  }

  validation {
    condition     = alltrue([for entry in var.audiences == null ? [] : var.audiences : can(regex("^.{1,255}$", entry))])
    error_message = "Each entry of audiences must be 1 to 255 characters long."
  }

  validation {
    condition     = alltrue([for entry in var.audiences == null ? [] : var.audiences : can(regex("^[!#-+.-Z^-~-]*$", entry))])
    error_message = "Each entry of audiences must contain only printable ASCII characters, without spaces, commas, quotes, backslashes and square brackets."
  }

  validation {
    condition     = alltrue([for entry in var.audiences == null ? [] : var.audiences : !can(regex("[$%][{]", entry))])
    error_message = "Each entry of audiences must contain neither $${ nor %%{, which Terraform would evaluate."
  }

  validation {
    condition     = var.audiences == null ? true : length(distinct(var.audiences)) == length(var.audiences)
    error_message = "Each entry of audiences must not repeat another entry."
  }
}

variable "max_trust_policy_length" {
  description = "The account's quota of characters a trust policy, 2048 to 4096."
  type        = number
  default     = 2048
  nullable    = false

  validation {
    condition     = floor(var.max_trust_policy_length) == var.max_trust_policy_length && var.max_trust_policy_length >= 2048 && var.max_trust_policy_length <= 4096
    error_message = "max_trust_policy_length must be a whole number from 2048 to 4096."
  }
}

################################################################################
# What it may do
################################################################################

variable "managed_policy_arns" {
  description = "ARNs of managed policies to attach, each under a name of your choice. The ARNs may be known at apply only; the names are part of Terraform's addresses."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for value in values(var.managed_policy_arns) : can(regex("^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/([A-Za-z0-9+=,.@_-]+/)*[A-Za-z0-9+=,.@_-]+$", value))])
    error_message = "Each value of managed_policy_arns must be the ARN of a managed policy, such as arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess."
  }

  validation {
    condition     = length(distinct(values(var.managed_policy_arns))) == length(var.managed_policy_arns)
    error_message = "Each value of managed_policy_arns must not repeat another policy."
  }
}

variable "max_managed_policies" {
  description = "The account's quota of managed policies a role, 10 to 25."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = floor(var.max_managed_policies) == var.max_managed_policies && var.max_managed_policies >= 10 && var.max_managed_policies <= 25
    error_message = "max_managed_policies must be a whole number from 10 to 25."
  }
}

variable "inline_policies" {
  description = "Inline policies as JSON, by name."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.inline_policies) : can(regex("^.{1,128}$", key))])
    error_message = "Each key of inline_policies must be 1 to 128 characters long."
  }

  validation {
    condition     = alltrue([for key in keys(var.inline_policies) : can(regex("^[A-Za-z0-9+=,.@_-]*$", key))])
    error_message = "Each key of inline_policies must contain only letters, digits and the characters +=,.@_-."
  }

  validation {
    condition     = alltrue([for value in values(var.inline_policies) : can(jsondecode(value).Statement)])
    error_message = "Each value of inline_policies must be a policy in JSON, with a Statement."
  }
}

variable "permissions_boundary" {
  description = "ARN of a managed policy that limits what the role can be granted. Null: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/([A-Za-z0-9+=,.@_-]+/)*[A-Za-z0-9+=,.@_-]+$", var.permissions_boundary))
    error_message = "permissions_boundary must be the ARN of a managed policy, such as arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess."
  }
}
