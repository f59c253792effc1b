variable "access_log_retention_days" {
  description = "Days for which the access log of the API is kept, which tells who called what, and when."
  type        = number
  default     = 365
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

variable "alarm_thresholds" {
  description = "Refusals and failures in five minutes, and milliseconds, above which the API alarms."
  type = object({
    client_errors = optional(number, 100)
    latency_ms    = optional(number, 20000)
    server_errors = optional(number, 5)
  })
  default  = {}
  nullable = false
}

variable "alarm_topic_arn" {
  description = "ARN of the topic that alarms go to."
  type        = string
  nullable    = false
}

variable "allowed_origins" {
  description = "Origins that browsers may call from."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.allowed_origins) > 0
    error_message = "List at least one origin in allowed_origins; * stands for every one."
  }
}

variable "endpoint_name" {
  description = "Name of the navigation model's endpoint."
  type        = string
  nullable    = false
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  nullable    = false
}

variable "model_index_key" {
  description = "Key of the model index in the production bucket."
  type        = string
  nullable    = false
}

variable "model_types" {
  description = "Model types that the API links to."
  type        = set(string)
  nullable    = false
}

variable "name_prefix" {
  description = "Prefix of every name, so that several stacks can live in one account."
  type        = string
  nullable    = false
}

variable "packages" {
  description = "Packages of the API's functions."
  type = object({
    invoke_navigation = object({ path = string, source_hash = string })
    model_urls        = object({ path = string, source_hash = string })
  })
  nullable = false
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

variable "throttling" {
  description = "Requests that the API takes per second, and at once, from all users together."
  type        = object({ burst = number, requests_per_second = number })
  nullable    = false

  validation {
    condition     = var.throttling.burst >= 1 && var.throttling.requests_per_second >= 1
    error_message = "Set throttling.burst and throttling.requests_per_second to 1 or more."
  }
}

variable "url_lifetime_seconds" {
  description = "Seconds for which a link to a model works."
  type        = number
  nullable    = false
}

variable "user_pool" {
  description = "Who signs the tokens that the API takes, and for which app client."
  type        = object({ client_id = string, issuer = string })
  nullable    = false
}
