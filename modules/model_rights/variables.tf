variable "name" {
  description = "What the names of the policies begin with."
  type        = string
  nullable    = false
}

variable "role_name" {
  description = "Role that gets the rights."
  type        = string
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

variable "statements" {
  description = "Rights by statement id, with the resources of each model type."
  type = map(object({
    actions   = list(string)
    resources = map(list(string))
  }))
  nullable = false
}
