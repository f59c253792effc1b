variable "access_log_days" {
  description = "Days for which access logs are kept."
  type        = number
  default     = 90
  nullable    = false
}

variable "account" {
  description = "AWS account, partition and region that the stack lives in."
  type = object({
    id        = string
    partition = string
    region    = string
  })
  nullable = false
}

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

variable "name_prefix" {
  description = "Prefix of every name, so that several stacks can live in one account."
  type        = string
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
