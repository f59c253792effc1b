variable "account" {
  description = "AWS account, partition and region that the stack lives in."
  type = object({
    id        = string
    partition = string
    region    = string
  })
  nullable = false
}

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

variable "statements" {
  description = "Rights by statement id, with the resources of each model type."
  type = map(object({
    actions   = list(string)
    resources = map(list(string))
  }))
  nullable = false
}
