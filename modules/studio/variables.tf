variable "may_approve" {
  description = "Whether users approve and reject versions, too."
  type        = bool
  nullable    = false
}

variable "models" {
  description = "Per model type, the group that users view and the pipeline that they run."
  type = map(object({
    group_name    = string
    pipeline_name = string
  }))
  nullable = false
}

variable "output_bucket" {
  description = "Bucket with the pipelines' artifacts."
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

variable "teardown_function" {
  description = "Name of the teardown function and of its role."
  type        = object({ name = string, role_name = string })
  nullable    = false
}
