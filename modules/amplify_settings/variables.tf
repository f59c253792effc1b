variable "app_id" {
  description = "Id of the Amplify app that hosts the front end."
  type        = string
  nullable    = false
}

variable "branches_to_build" {
  description = "Branches that are built again when a variable changed."
  type        = list(string)
  nullable    = false
}

variable "defaults" {
  description = "Environment variables to keep in the app only where it has none of the name."
  type        = map(string)
  nullable    = false
}

variable "package" {
  description = "Package of the amplify_settings function."
  type        = object({ path = string, source_hash = string })
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

variable "variables" {
  description = "Environment variables to keep in the app beside those that it has; a value of its own comes back on destroy."
  type        = map(string)
  nullable    = false
}
