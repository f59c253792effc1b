variable "allowed_instance_types" {
  description = "Instance types that an execution may choose with the parameter InstanceType, beside its model's own."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for instance_type in var.allowed_instance_types : can(regex("^ml\\.[a-z0-9-]+\\.[a-z0-9]+$", instance_type))])
    error_message = "Write each entry of allowed_instance_types as a SageMaker instance type such as ml.m5.xlarge."
  }
}

variable "allowed_licences" {
  description = "Names, in SPDX where there is one, of the licences that a model may have without being accepted one by one in models.yaml."
  type        = list(string)
  default     = ["Apache-2.0", "MIT"]
  nullable    = false

  validation {
    condition     = alltrue([for licence in var.allowed_licences : can(regex("^[\\pL\\pN]( ?[\\pL\\pN_.:/=+@-])*$", licence))])
    error_message = "Write each entry of allowed_licences as models.yaml names the licence, such as Apache-2.0."
  }

  # They reach the job as one argument.
  validation {
    condition     = length(join(",", var.allowed_licences)) <= 256
    error_message = "Shorten allowed_licences to 256 characters, commas included, as a job takes no more: a licence of one model is accepted by accept_licence in models.yaml."
  }
}

variable "hugging_face_token_kms_key_arn" {
  description = "ARN of the KMS key of your own that encrypts the Hugging Face token; null when it is the key of Secrets Manager."
  type        = string
  default     = null

  validation {
    condition     = var.hugging_face_token_kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.hugging_face_token_kms_key_arn))
    error_message = "Set hugging_face_token_kms_key_arn to the ARN of the key, which ends with key/ and its id: an alias grants nothing."
  }
}

variable "hugging_face_token_secret_arn" {
  description = "ARN of the Secrets Manager secret with your Hugging Face token, which gated models need."
  type        = string
  default     = null

  validation {
    condition     = var.hugging_face_token_secret_arn == null ? true : can(regex("^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+-[A-Za-z0-9]{6}$", var.hugging_face_token_secret_arn))
    error_message = "Set hugging_face_token_secret_arn to the whole ARN of a Secrets Manager secret, with the six characters that AWS appends to its name, not to the token itself."
  }

  # It reaches the job as one argument.
  validation {
    condition     = var.hugging_face_token_secret_arn == null ? true : length(var.hugging_face_token_secret_arn) <= 256
    error_message = "Give the secret of hugging_face_token_secret_arn a shorter name: its ARN may have 256 characters, as a job takes no more."
  }
}

variable "model_approvers" {
  description = "Who may approve models beside whoever administers SageMaker in the account: ARNs of IAM users and roles, which then take on the role `model_approver_role_arn`, and `studio` for the users of the Studio domain."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for approver in var.model_approvers : can(regex("^(studio|arn:[a-z-]+:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+)$", approver))])
    error_message = "Write each entry of model_approvers as the ARN of an IAM user or role, such as arn:aws:iam::123456789012:role/Reviewer, or as studio: a session's ARN (assumed-role) does not last, and a whole account is everybody."
  }

  # They are the trust policy of one role.
  validation {
    condition     = length(jsonencode(var.model_approvers)) <= 1900
    error_message = "Shorten model_approvers to 1,900 characters: IAM takes no longer trust policy. One role that several people share counts once."
  }

  validation {
    condition     = var.enable_studio || !contains(var.model_approvers, "studio")
    error_message = "Take studio out of model_approvers, or set enable_studio: there is no Studio domain whose users could approve."
  }
}

variable "model_revisions" {
  description = "Hugging Face revisions to use instead of those in models.yaml, by model type."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = length(setsubtract(keys(var.model_revisions), keys(local.catalogue))) == 0
    error_message = format(
      "model_revisions names %s, which models.yaml does not have: use %s.",
      join(", ", setsubtract(keys(var.model_revisions), keys(local.catalogue))),
      join(", ", keys(local.catalogue)),
    )
  }

  validation {
    condition     = alltrue([for revision in values(var.model_revisions) : can(regex("^[A-Za-z0-9._/-]+$", revision))])
    error_message = "Set each entry of model_revisions to a commit, a tag or a branch."
  }

  validation {
    condition     = alltrue([for revision in values(var.model_revisions) : length(revision) <= 200])
    error_message = "Shorten each entry of model_revisions to 200 characters, or name the commit: a job takes no more."
  }
}

variable "pipeline_start_policy" {
  description = "IAM policy document, as JSON, for pipelines that start steps of your own other than processing jobs, such as training jobs."
  type        = string
  default     = null

  validation {
    condition     = var.pipeline_start_policy == null ? true : can(jsondecode(var.pipeline_start_policy).Statement)
    error_message = "Set pipeline_start_policy to an IAM policy document, such as the result of jsonencode() or of file(), not to an ARN."
  }
}

variable "pipeline_step_policy" {
  description = "IAM policy document, as JSON, for the jobs of pipeline steps of your own that need more than the usual ones: another image, bucket or secret."
  type        = string
  default     = null

  validation {
    condition     = var.pipeline_step_policy == null ? true : can(jsondecode(var.pipeline_step_policy).Statement)
    error_message = "Set pipeline_step_policy to an IAM policy document, such as the result of jsonencode() or of file(), not to an ARN."
  }
}

variable "processing_instance_type" {
  description = "Instance type of the pipelines' jobs for models that name none in models.yaml."
  type        = string
  default     = "ml.m5.large"
  nullable    = false

  validation {
    condition     = can(regex("^ml\\.[a-z0-9-]+\\.[a-z0-9]+$", var.processing_instance_type))
    error_message = "Set processing_instance_type to a SageMaker instance type such as ml.m5.large."
  }
}
