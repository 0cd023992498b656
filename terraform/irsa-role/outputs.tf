locals {
  # What a pod's token is made for.
  audience = (var.audiences == null ? var.issuers[0].audiences : var.audiences)[0]
}

output "role_arn" {
  description = "ARN of the role."
  value       = aws_iam_role.this.arn
}

output "role_name" {
  description = "Name of the role."
  value       = aws_iam_role.this.name
}

output "service_account_annotations" {
  description = "Annotations that give the role to the pods of a ServiceAccount."
  value = merge(
    {
      "eks.amazonaws.com/role-arn"               = aws_iam_role.this.arn
      "eks.amazonaws.com/sts-regional-endpoints" = "true"
    },
    local.audience == "sts.amazonaws.com" ? {} : { "eks.amazonaws.com/audience" = local.audience },
  )
}

output "pod_identity_webhook_map" {
  description = "Entries for the map of the pod identity webhook, in place of annotations: `NAMESPACE/NAME` and `*/NAME` to role."
  value = {
    for entry in var.service_accounts : entry => {
      RoleARN        = aws_iam_role.this.arn
      Audience       = local.audience
      UseRegionalSTS = true
    } if !can(regex("[*?]", trimprefix(entry, "*/")))
  }
}
