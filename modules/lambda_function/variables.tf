variable "alarms" {
  description = "Topic that alarms go to, and the page of the runbooks that their descriptions name."
  type        = object({ runbooks = string, topic_arn = string })
  default     = null
}

variable "description" {
  description = "What the function does, in one sentence."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Environment variables of the function."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "failure_metrics" {
  description = "Metrics of the namespace VisAssis, by the dimension FunctionName, in which the function counts failures that Lambda does not see."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "handler" {
  description = "Dotted path of the handler in the zip."
  type        = string
  nullable    = false
}

variable "invoked_by_rules" {
  description = "Names of the EventBridge rules that invoke the function without a queue between: invocations that they cannot make are failures, too."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "memory_mb" {
  description = "Memory of the function in MiB."
  type        = number
  default     = 256
  nullable    = false
}

variable "name" {
  description = "Name of the function and of its role."
  type        = string
  nullable    = false
}

variable "package" {
  description = "Path of the function's zip, and a hash that changes when the zip has to be deployed again."
  type        = object({ path = string, source_hash = string })
  nullable    = false
}

variable "policy_statements" {
  description = "What the function may do, by statement id; logging is added."
  type = map(object({
    actions    = list(string)
    conditions = optional(map(map(list(string))), {})
    resources  = list(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for statement in var.policy_statements : alltrue([for action in statement.actions : !strcontains(action, "*")])
    ])
    error_message = "Name every action in policy_statements in full instead of using *."
  }

  validation {
    condition     = alltrue([for sid in keys(var.policy_statements) : can(regex("^[A-Za-z0-9]+$", sid))])
    error_message = "Use only letters and digits in the statement ids of policy_statements."
  }
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

variable "started" {
  description = "Instances of the function that Lambda keeps started."
  type        = number
  default     = 0
  nullable    = false
}

variable "timeout_seconds" {
  description = "Longest run of one invocation in seconds."
  type        = number
  nullable    = false
}
