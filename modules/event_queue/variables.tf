variable "alarms" {
  description = "Topic that alarms go to, and the page of the runbooks that their descriptions name."
  type        = object({ runbooks = string, topic_arn = string })
  nullable    = false
}

variable "function" {
  description = "The function that handles the events, one at a time per message group."
  type = object({
    name            = string
    role_name       = string
    timeout_seconds = number
  })
  nullable = false
}

variable "max_receive_count" {
  description = "Times that an event is tried before it goes to the dead-letter queue."
  type        = number
  nullable    = false
}

variable "name" {
  description = "Name of the queues (with a suffix) and the beginning of its rules' names."
  type        = string
  nullable    = false
}

variable "rules" {
  description = "What wakes the function, by rule name: an event pattern (JSON), a schedule, or both in one rule."
  type = map(object({
    description         = string
    enabled             = optional(bool, true)
    event_pattern       = optional(string)
    message_group_id    = string
    schedule_expression = optional(string)
  }))
  nullable = false
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
