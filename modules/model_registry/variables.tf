variable "approvers" {
  description = "ARNs of the IAM users and roles that may take on the role that approves models; empty for no such role."
  type        = list(string)
  nullable    = false
}

variable "model_types" {
  description = "Model types to register versions of."
  type        = set(string)
  nullable    = false
}

variable "stack" {
  description = "Account and name prefix of the stack, days for which it keeps logs, and the policy that bounds its roles (null sets none)."
  type = object({
    account              = object({ id = string, partition = string, region = string })
    log_retention_days   = number
    name_prefix          = string
    permissions_boundary = string
  })
  nullable = false
}

variable "studio_domain_arn" {
  description = "ARN of the Studio domain that shows the groups; null for none."
  type        = string
  default     = null
}
