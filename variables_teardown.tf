variable "deletion_protection" {
  description = "Whether destroying the stack is refused until this is applied as false, for production."
  type        = bool
  default     = false
  nullable    = false
}

variable "retain_buckets" {
  description = "Whether `make destroy` leaves the buckets with their objects behind."
  type        = bool
  default     = false
  nullable    = false
}

variable "retain_models" {
  description = "Whether `make destroy` leaves the model package groups with their versions behind."
  type        = bool
  default     = false
  nullable    = false
}
