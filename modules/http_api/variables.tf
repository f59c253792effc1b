variable "access_log_retention_days" {
  description = "Days for which the access log of the API is kept, which tells who called what, and when."
  type        = number
  default     = 365
  nullable    = false
}

variable "alarm_thresholds" {
  description = "Refusals and failures in five minutes, and milliseconds of one navigation answer in ten, above which the API alarms."
  type        = object({ client_errors = number, latency_ms = number, server_errors = number })
  nullable    = false
}

variable "alarms" {
  description = "Topic that alarms go to, and the page of the runbooks that their descriptions name."
  type        = object({ runbooks = string, topic_arn = string })
  nullable    = false
}

variable "allowed_origins" {
  description = "Origins that browsers may call from."
  type        = list(string)
  nullable    = false
}

variable "endpoint_name" {
  description = "Name of the navigation model's endpoint."
  type        = string
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

variable "navigation" {
  description = "Seconds after which a navigation request is given up, and instances of its function that are kept started."
  type        = object({ answer_seconds = number, started_functions = number })
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

variable "production_bucket" {
  description = "Bucket that browsers get their models from."
  type        = object({ arn = string, name = string })
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

variable "throttling" {
  description = "Requests that the API takes per second, and at once, from all users together."
  type        = object({ burst = number, requests_per_second = number })
  nullable    = false
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
