variable "account" {
  description = "AWS account, partition and region that the stack lives in."
  type = object({
    id        = string
    partition = string
    region    = string
  })
  nullable = false
}

variable "keep" {
  description = "What a destroy must leave alone: everything (deletion_protection), the buckets, the registered models, the user pool."
  type = object({
    deletion_protection  = bool
    retain_buckets       = bool
    retain_models        = bool
    user_pool_protection = bool
  })
  nullable = false
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  nullable    = false
}

variable "name_prefix" {
  description = "Prefix of every name, so that several stacks can live in one account."
  type        = string
  nullable    = false
}

variable "package" {
  description = "Package of the teardown function."
  type        = object({ path = string, source_hash = string })
  nullable    = false
}

variable "permissions_boundary" {
  description = "ARN of the managed policy that bounds the rights of every role of the stack; null sets none."
  type        = string
  default     = null
}

variable "settle_seconds" {
  description = "Seconds after which a right that was taken away is gone everywhere."
  type        = number
  nullable    = false
}
