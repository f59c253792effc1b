variable "endpoint_name" {
  description = "Name of the navigation endpoint."
  type        = string
  nullable    = false
}

variable "function" {
  description = "Name of the teardown function and of its role."
  type        = object({ name = string, role_name = string })
  nullable    = false
}

variable "models" {
  description = "Per model type, the group whose versions go and the pipeline whose executions are stopped."
  type = map(object({
    group_name    = string
    pipeline_name = string
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

variable "writer_names" {
  description = "Functions that make models, endpoints or objects, and their roles of the same names; they lose their rights first."
  type        = list(string)
  nullable    = false
}
