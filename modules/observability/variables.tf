variable "alarm_email" {
  description = "Address that alarms are sent to; null sends none."
  type        = string
  default     = null
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
