variable "enable_studio" {
  description = "Whether to make a SageMaker Studio domain, in which people run pipelines and approve models."
  type        = bool
  default     = true
  nullable    = false
}
