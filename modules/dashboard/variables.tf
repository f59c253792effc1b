variable "api_id" {
  description = "Id of the HTTP API."
  type        = string
  nullable    = false
}

variable "dead_letter_queues" {
  description = "Names of the dead-letter queues."
  type        = list(string)
  nullable    = false
}

variable "endpoint" {
  description = "Name of the navigation endpoint and of its variant."
  type        = object({ name = string, variant = string })
  nullable    = false
}

variable "link_function" {
  description = "Name of the function that hands out links to models."
  type        = string
  nullable    = false
}

variable "pipelines" {
  description = "Names of the pipelines."
  type        = list(string)
  nullable    = false
}

variable "production_bucket" {
  description = "Name of the bucket that browsers get their models from."
  type        = string
  nullable    = false
}

variable "promotion_function" {
  description = "Name of the promotion function."
  type        = string
  nullable    = false
}

variable "queues" {
  description = "Names of the queues that feed the functions."
  type        = list(string)
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
