variable "model_types" {
  description = "Model types to register versions of."
  type        = set(string)
  nullable    = false
}

variable "name_prefix" {
  description = "Prefix of every name, so that several stacks can live in one account."
  type        = string
  nullable    = false
}

