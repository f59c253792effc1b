variable "enable_studio" {
  description = "Whether to make a SageMaker Studio domain, in which people run pipelines and view models, and approve them if `model_approvers` names `studio`."
  type        = bool
  default     = true
  nullable    = false
}
