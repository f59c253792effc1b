variable "browser_origins" {
  description = "Origins whose pages may download from the production bucket; none by default."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "capture" {
  description = "Key prefix of the navigation endpoint's captured requests, and the days for which they are kept."
  type        = object({ prefix = string, retention_days = number })
  nullable    = false
}

variable "force_destroy" {
  description = "Whether destroying a bucket deletes the objects in it."
  type        = bool
  nullable    = false
}

variable "noncurrent_version_days" {
  description = "Days for which replaced and deleted models stay recoverable."
  type        = number
  default     = 30
  nullable    = false
}

variable "production_uploaders" {
  description = "ARNs of the principals that alone may upload to, and delete in, the production bucket; none leaves it to IAM."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "promotion_role_arn" {
  description = "ARN of the promotion function's role, which alone writes the index and what it names."
  type        = string
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
