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

variable "studio_domain_arn" {
  description = "ARN of the Studio domain that shows the groups; null for none."
  type        = string
  default     = null
}
