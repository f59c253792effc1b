variable "account" {
  description = "AWS account, partition and region that the stack lives in."
  type = object({
    id        = string
    partition = string
    region    = string
  })
  nullable = false
}

variable "cidr_block" {
  description = "Addresses of the Studio network, which no other network needs to reach."
  type        = string
  default     = "10.0.0.0/24"
  nullable    = false

  validation {
    condition     = can(cidrsubnet(var.cidr_block, 2, 1))
    error_message = "Set cidr_block to a block such as 10.0.0.0/24, with room for subnets of a quarter of it."
  }
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  nullable    = false
}

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

variable "name_prefix" {
  description = "Prefix of every name, so that several stacks can live in one account."
  type        = string
  nullable    = false
}

variable "output_bucket" {
  description = "Bucket with the pipelines' artifacts."
  type        = object({ arn = string, name = string })
  nullable    = false
}

variable "permissions_boundary" {
  description = "ARN of the managed policy that bounds the rights of every role of the stack; null sets none."
  type        = string
  default     = null
}

variable "teardown_function" {
  description = "Name of the teardown function and of its role."
  type        = object({ name = string, role_name = string })
  nullable    = false
}

variable "user_profile_name" {
  description = "Name of the user profile that is made."
  type        = string
  default     = "default"
  nullable    = false
}
