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

variable "package" {
  description = "Package of the teardown function."
  type        = object({ path = string, source_hash = string })
  nullable    = false
}

variable "settle_seconds" {
  description = "Seconds after which a right that was taken away is gone everywhere."
  type        = number
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
