variable "name" {
  description = "Name of the role."
  type        = string
  nullable    = false

  validation {
    error_message = "name must be 1 to 64 characters long."
    condition     = can(regex("^.{1,64}$", var.name))
  }

  validation {
    error_message = "name must contain only letters, digits and the characters +=,.@_-."
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]*$", var.name))
  }
}

variable "issuers" {
  description = "Issuers whose tokens the role trusts: issuer_hostpath and oidc_provider_arn of the module irsa, of one or more clusters."
  type        = list(object({ issuer_hostpath = string, oidc_provider_arn = string }))
  nullable    = false

  validation {
    error_message = "issuers must have at least one entry, each with the issuer's host and path without https://, and the ARN of its identity provider."
    condition     = length(var.issuers) > 0 && alltrue([for issuer in var.issuers : !can(regex("^https?:|[*? ]", issuer.issuer_hostpath)) && endswith(issuer.oidc_provider_arn, ":oidc-provider/${issuer.issuer_hostpath}")])
  }
}

variable "service_accounts" {
  description = "ServiceAccounts that may assume the role: NAMESPACE/NAME, with * for any characters and ? for any one where wanted."
  type        = list(string)
  nullable    = false

  validation {
    error_message = "service_accounts must have at least one entry, each NAMESPACE/NAME as Kubernetes names them."
    condition     = length(var.service_accounts) > 0 && alltrue([for entry in var.service_accounts : can(regex("^[a-z0-9*?]([a-z0-9*?-]{0,61}[a-z0-9*?])?/[a-z0-9*?]([a-z0-9.*?-]{0,251}[a-z0-9*?])?$", entry))])
  }
}

variable "any_service_account" {
  description = "Whether an entry such as */* may stand for every ServiceAccount of the cluster."
  type        = bool
  default     = false
  nullable    = false
}

variable "managed_policy_arns" {
  description = "ARNs of managed policies to attach."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "inline_policies" {
  description = "Inline policies as JSON, by name."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "permissions_boundary" {
  description = "ARN of a managed policy that limits what the role can be granted. Null: none."
  type        = string
  default     = null
  nullable    = true
}

variable "description" {
  description = "What the role is for. Null: nothing said."
  type        = string
  default     = null
  nullable    = true
}

variable "path" {
  description = "Path of the role."
  type        = string
  default     = "/"
  nullable    = false
}

variable "max_session_duration" {
  description = "Seconds that a session can last, 3600 to 43200."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    error_message = "max_session_duration must be 3600 to 43200."
    condition     = var.max_session_duration >= 3600 && var.max_session_duration <= 43200
  }
}

variable "tags" {
  description = "Tags of the role."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "max_trust_policy_length" {
  description = "The account's quota of characters a trust policy, 2048 to 4096."
  type        = number
  default     = 2048
  nullable    = false
}
