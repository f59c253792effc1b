variable "function_name" {
  description = "Name of the teardown function."
  type        = string
  nullable    = false
}
