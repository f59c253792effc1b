variable "account" {
  description = "AWS account, partition and region that the stack lives in."
  type = object({
    id        = string
    partition = string
    region    = string
  })
  nullable = false
}

variable "alarm_topic_arn" {
  description = "ARN of the topic that alarms go to."
  type        = string
  nullable    = false
}

variable "copy_in_parts_above_mib" {
  description = "Size in MiB above which an artifact is copied in parallel parts; S3 copies at most 5 GiB in one."
  type        = number
  default     = 5120
  nullable    = false

  validation {
    condition     = var.copy_in_parts_above_mib >= 5 && var.copy_in_parts_above_mib <= 5120
    error_message = "Set copy_in_parts_above_mib to 5, the smallest part that S3 takes, to 5120."
  }
}

variable "group_name_form" {
  description = "Name of the model package group of a type, with `{type}` in its place."
  type        = string
  nullable    = false
}

variable "groups" {
  description = "Model package group of each model type."
  type        = map(string)
  nullable    = false
}

variable "log_level" {
  description = "Level from which the function logs."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "Set log_level to DEBUG, INFO, WARNING or ERROR."
  }
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  nullable    = false
}

variable "max_receive_count" {
  description = "Times that a promotion is tried before it goes to the dead-letter queue."
  type        = number
  default     = 5
  nullable    = false
}

variable "name_prefix" {
  description = "Prefix of every name, so that several stacks can live in one account."
  type        = string
  nullable    = false
}

variable "output_bucket" {
  description = "Bucket with the pipelines' artifacts."
  type        = object({ arn = string, name = string })
  nullable    = false
}

variable "package" {
  description = "Package of the promote_model function."
  type        = object({ path = string, source_hash = string })
  nullable    = false
}

variable "permissions_boundary" {
  description = "ARN of the managed policy that bounds the rights of every role of the stack; null sets none."
  type        = string
  default     = null
}

variable "production_bucket" {
  description = "Bucket that browsers get their models from."
  type        = object({ arn = string, name = string })
  nullable    = false
}

variable "retry_base_seconds" {
  description = "Seconds before the first retry of a promotion; each further one waits twice as long."
  type        = number
  nullable    = false
}

variable "sweep_rate" {
  description = "How often every model type is reconciled without an event, as an EventBridge schedule."
  type        = string
  nullable    = false
}
