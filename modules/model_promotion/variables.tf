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
