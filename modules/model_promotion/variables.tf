variable "alarms" {
  description = "Topic that alarms go to, and the page of the runbooks that their descriptions name."
  type        = object({ runbooks = string, topic_arn = string })
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

variable "index" {
  description = "Days for which front ends take an index, and names of the keys that they trust: the first signs, none leaves it unsigned."
  type        = object({ days = number, signing_keys = list(string) })
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

variable "sweep_rate" {
  description = "How often every model type is reconciled without an event, as an EventBridge schedule."
  type        = string
  nullable    = false
}
