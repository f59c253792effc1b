variable "alarm_email" {
  description = "Address that alarms are sent to (AWS asks it to confirm); null sends none."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null ? true : can(regex("^[^@[:space:]]+@[^@[:space:]]+$", var.alarm_email))
    error_message = "Set alarm_email to an e-mail address, or to null for none."
  }
}

variable "force_destroy" {
  description = "Whether destroying a bucket deletes the objects in it."
  type        = bool
  default     = true
  nullable    = false
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "Set log_retention_days to one of the periods that CloudWatch Logs offers, such as 7, 14, 30, 90 or 365."
  }
}

variable "name_prefix" {
  description = "Prefix of every name, so that several stacks can live in one account."
  type        = string
  default     = "vis-assis"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.name_prefix)) && !strcontains(var.name_prefix, "--")
    error_message = "Use lower-case letters, digits and single hyphens in name_prefix, with a letter first and no hyphen last."
  }

  validation {
    condition     = length(var.name_prefix) <= 23
    error_message = "Shorten name_prefix to 23 characters: the name of the production bucket adds 40, and S3 allows 63."
  }
}

variable "noncurrent_version_days" {
  description = "Days for which replaced and deleted models stay recoverable."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.noncurrent_version_days >= 1
    error_message = "Set noncurrent_version_days to 1 or more."
  }
}

variable "permissions_boundary" {
  description = "ARN of the managed policy that bounds the rights of every role of the stack; null sets none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null ? true : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary))
    error_message = "Set permissions_boundary to the ARN of a managed policy, such as arn:aws:iam::123456789012:policy/vis-assis-boundary, or to null for none."
  }
}

variable "production_uploaders" {
  description = "ARNs of the roles and users that alone may upload models by hand, * as a wildcard; none leaves it to IAM."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.production_uploaders : can(regex("^arn:[^:]+:iam::[0-9]{12}:(role|user)/.+$", arn))])
    error_message = "Write each entry of production_uploaders as the ARN of a role or user, such as arn:aws:iam::123456789012:role/model-uploaders; of a session, name the role."
  }
}

variable "promotion_sweep_rate" {
  description = "How often every model type is reconciled without an event, as an EventBridge schedule."
  type        = string
  default     = "rate(15 minutes)"
  nullable    = false

  validation {
    condition     = can(regex("^(rate\\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\\)|cron\\(.+\\))$", var.promotion_sweep_rate))
    error_message = "Set promotion_sweep_rate to an EventBridge schedule such as rate(15 minutes) or cron(0 3 * * ? *); a rate of 1 takes the singular."
  }
}

variable "region" {
  description = "AWS region of the stack; null takes the one of the environment (AWS_REGION)."
  type        = string
  default     = null

  validation {
    condition     = var.region == null ? true : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "Set region to an AWS region such as eu-west-1, or to null for the one of the environment."
  }
}

variable "retry_base_seconds" {
  description = "Seconds before the first retry of a failed event; each further one waits twice as long."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.retry_base_seconds >= 1 && var.retry_base_seconds <= 900 && floor(var.retry_base_seconds) == var.retry_base_seconds
    error_message = "Set retry_base_seconds to a whole number from 1 to 900."
  }
}

variable "tags" {
  description = "Tags of every resource, beside those of the stack itself."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    # IAM takes keys that differ in case for the same one.
    condition     = length(setintersection([for key in keys(var.tags) : lower(key)], ["managed-by", "project", "stack"])) == 0
    error_message = "Use other keys in tags than managed-by, project and Stack: the stack's own resources are found by them."
  }

  # The stack's own two go on objects, too, of which S3 takes ten tags.
  validation {
    condition     = length(var.tags) <= 8
    error_message = "Give at most 8 tags: S3 takes 10 on an object, and two are the stack's own."
  }
}
