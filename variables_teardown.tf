variable "deletion_protection" {
  description = "Whether destroying the stack is refused until this is applied as false, for production."
  type        = bool
  default     = false
  nullable    = false
}

variable "retain_buckets" {
  description = "Whether `make destroy` leaves the buckets with their objects behind."
  type        = bool
  default     = false
  nullable    = false
}

variable "retain_models" {
  description = "Whether `make destroy` leaves the model package groups with their versions behind; needs retain_buckets, where their artifacts are."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = var.retain_buckets || !var.retain_models
    error_message = "Set retain_buckets with retain_models: the versions point to artifacts in the output bucket."
  }
}

variable "teardown_settle_seconds" {
  description = "Seconds after which a destroy looks again for what functions made that were under way: IAM takes that long to withdraw a right everywhere."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.teardown_settle_seconds >= 1 && var.teardown_settle_seconds <= 300 && floor(var.teardown_settle_seconds) == var.teardown_settle_seconds
    error_message = "Set teardown_settle_seconds to a whole number from 1 to 300."
  }
}
