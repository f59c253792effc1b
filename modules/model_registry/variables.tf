variable "account" {
  description = "AWS account, partition and region that the stack lives in."
  type = object({
    id        = string
    partition = string
    region    = string
  })
  nullable = false
}

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

variable "name_prefix" {
  description = "Prefix of every name, so that several stacks can live in one account."
  type        = string
  nullable    = false
}

variable "permissions_boundary" {
  description = "ARN of the managed policy that bounds the rights of every role of the stack; null sets none."
  type        = string
  default     = null
}

variable "studio_domain_arn" {
  description = "ARN of the Studio domain that shows the groups; null for none."
  type        = string
  default     = null
}
