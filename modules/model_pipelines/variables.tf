variable "allowed_instance_types" {
  description = "Instance types that an execution may choose beside the model's own."
  type        = list(string)
  nullable    = false
}

variable "allowed_licences" {
  description = "SPDX names of the licences that a model may have."
  type        = list(string)
  nullable    = false
}

variable "code_dir" {
  description = "Folder with the code of the pipelines' steps."
  type        = string
  nullable    = false
}

variable "definitions_dir" {
  description = "Folder with the generated pipeline definitions."
  type        = string
  nullable    = false
}

variable "hugging_face_token_kms_key_arn" {
  description = "ARN of the KMS key of your own that encrypts the Hugging Face token; null when it is the key of Secrets Manager."
  type        = string
  default     = null
}

variable "hugging_face_token_secret_arn" {
  description = "ARN of the Secrets Manager secret with the Hugging Face token; null when no model is gated."
  type        = string
  default     = null
}

variable "models" {
  description = "Models to build a pipeline for, by model type; the basis is what models.yaml says of it, as JSON."
  type = map(object({
    basis         = string
    gated         = bool
    group_name    = string
    instance_type = string
    revision      = string
  }))
  nullable = false

  validation {
    condition = alltrue([for type in keys(var.models) : fileexists("${var.definitions_dir}/${type}.json")])
    error_message = format(
      "No pipeline definition for %s: run `make pipelines` and commit what it writes.",
      join(", ", [for type in keys(var.models) : type if !fileexists("${var.definitions_dir}/${type}.json")]),
    )
  }

  validation {
    condition = var.hugging_face_token_secret_arn != null || !anytrue([for model in var.models : model.gated])
    error_message = format(
      "The model %s is gated: set hugging_face_token_secret_arn to the Secrets Manager secret with your Hugging Face token.",
      join(", ", [for type, model in var.models : type if model.gated]),
    )
  }
}

variable "output_bucket" {
  description = "Bucket for the pipelines' code and artifacts."
  type        = object({ arn = string, name = string })
  nullable    = false
}

variable "own_start_policy" {
  description = "IAM policy document, as JSON, with what the pipelines need to start steps of your own that are no processing or training jobs; null when there are none."
  type        = string
  default     = null
}

variable "own_step_policy" {
  description = "IAM policy document, as JSON, with what the jobs of your own steps need beside the usual rights; null when they need nothing."
  type        = string
  default     = null
}

variable "processing_image_digest" {
  description = "Digest of the pipelines' processing image, as sha256: and 64 digits; null takes the image that its tag names today."
  type        = string
  default     = null
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
