variable "access_log_bucket" {
  description = "Name of the bucket that receives the access logs; null writes none."
  type        = string
  default     = null
}

variable "cors" {
  description = "Which browser origins may read the bucket; null allows none."
  type = object({
    allowed_headers = optional(list(string), ["*"])
    allowed_methods = optional(list(string), ["GET", "HEAD"])
    allowed_origins = list(string)
    expose_headers  = optional(list(string), ["ETag"])
    max_age_seconds = optional(number, 300)
  })
  default = null
}

variable "eventbridge_notifications" {
  description = "Whether the bucket tells EventBridge about its objects."
  type        = bool
  default     = false
  nullable    = false
}

variable "expiration_rules" {
  description = "Objects to expire, by rule name: key prefix, age in days, and days until expired ones are gone for good (null takes noncurrent_version_days)."
  type = map(object({
    days            = number
    noncurrent_days = optional(number)
    prefix          = optional(string, "")
  }))
  default  = {}
  nullable = false
}

variable "force_destroy" {
  description = "Whether destroying a bucket deletes the objects in it."
  type        = bool
  nullable    = false
}

variable "name" {
  description = "Name of the bucket."
  type        = string
  nullable    = false
}

variable "noncurrent_version_days" {
  description = "Days for which replaced and deleted versions stay recoverable."
  type        = number
  default     = 30
  nullable    = false
}

variable "partition" {
  description = "AWS partition, such as aws or aws-cn."
  type        = string
  nullable    = false
}

variable "service_grants" {
  description = "What AWS services may do with objects, by statement id, bound to the resources they act for."
  type = map(object({
    actions        = list(string)
    key_pattern    = optional(string, "*")
    service        = string
    source_account = string
    source_arns    = list(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for grant in var.service_grants : length(grant.source_arns) > 0])
    error_message = "Name at least one source ARN in every entry of service_grants: without it any account's resources could use the grant."
  }
}

variable "writers" {
  description = "Who alone may write objects, by statement id: principals (ARNs of roles or users, * as a wildcard), keys, and whether deletes are writes too."
  type = map(object({
    deletes        = optional(bool, false)
    key_patterns   = list(string)
    principal_arns = list(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for limit in var.writers : length(limit.key_patterns) > 0 && length(limit.principal_arns) > 0])
    error_message = "Name at least one key pattern and one principal in every entry of writers: without a principal nobody could write."
  }
}
