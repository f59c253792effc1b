variable "access_log_retention_days" {
  description = "Days for which the access log of the API is kept, which tells who called what, and when."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.access_log_retention_days)
    error_message = "Set access_log_retention_days to one of the periods that CloudWatch Logs offers, such as 30, 90 or 365."
  }
}

variable "alarm_email" {
  description = "Address that alarms are sent to (AWS asks it to confirm); null sends none."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null ? true : can(regex("^[^@[:space:]]+@[^@[:space:]]+$", var.alarm_email))
    error_message = "Set alarm_email to an e-mail address, or to null for none."
  }
}

variable "allowed_instance_types" {
  description = "Instance types that an execution may choose with the parameter InstanceType, in addition to its model's own."
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

variable "allowed_origins" {
  description = "Further origins that browsers may call from; without Amplify and without any, every origin may."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for origin in var.allowed_origins : can(regex("^https?://[a-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "Write each entry of allowed_origins as a browser sends it, such as https://app.example.org: no path, no slash at the end."
  }
}

variable "amplify_app_id" {
  description = "Id of the Amplify app that hosts the front end; null with no_amplify."
  type        = string
  default     = null

  validation {
    condition     = var.amplify_app_id == null ? true : can(regex("^d[a-z0-9]{5,19}$", var.amplify_app_id))
    error_message = "Set amplify_app_id to the id of your Amplify app, such as d1abc2defghij (`aws amplify list-apps` shows it)."
  }
}

variable "amplify_branches" {
  description = "Branches of the Amplify app whose front ends use this stack."
  type        = list(string)
  default     = ["main"]
  nullable    = false

  validation {
    condition     = length(var.amplify_branches) > 0
    error_message = "Name at least one branch in amplify_branches, such as main."
  }
}

variable "amplify_start_builds" {
  description = "Whether a changed setting starts a build of each of amplify_branches; false within such a build."
  type        = bool
  default     = true
  nullable    = false
}

variable "api_alarm_thresholds" {
  description = "Refusals and failures in five minutes, and milliseconds of one navigation answer in ten, above which the API alarms; as the app asks twice a second, the defaults are one user who is refused for five minutes (2 × 300) or gets failures for 30 s (2 × 30), and answers that come when it no longer waits."
  type = object({
    client_errors = optional(number, 600)
    latency_ms    = optional(number, 1000)
    server_errors = optional(number, 60)
  })
  default  = {}
  nullable = false
}

variable "api_throttling" {
  description = "Requests that the API takes per second, and at once, from all users together; each user of navigation sends 2 a second, so the defaults take 50 of them (2 × 50) and two seconds of theirs at once, and what is fair among users is left to the model, as HTTP APIs have no limit per user."
  type = object({
    burst               = optional(number, 200)
    requests_per_second = optional(number, 100)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.api_throttling.burst >= 1 && var.api_throttling.requests_per_second >= 1
    error_message = "Set api_throttling.burst and api_throttling.requests_per_second to 1 or more."
  }
}

variable "custom_domains" {
  description = "Host names of your own that the front end is served under."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for domain in var.custom_domains : can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", domain))])
    error_message = "Write each entry of custom_domains as a host name such as app.example.org, without https://."
  }
}

variable "deletion_protection" {
  description = "Whether destroying the stack is refused until this is applied as false, for production."
  type        = bool
  default     = false
  nullable    = false
}

variable "enable_studio" {
  description = "Whether to make a SageMaker Studio domain, in which people run pipelines and view models, and approve them if `model_approvers` names `studio`."
  type        = bool
  default     = true
  nullable    = false
}

variable "force_destroy" {
  description = "Whether destroying a bucket deletes the objects in it."
  type        = bool
  default     = true
  nullable    = false
}

variable "front_end_debug" {
  description = "Which debug displays the front end shows; one that is null is as the Amplify app says, else not shown."
  type = object({
    audio            = optional(bool)
    depth            = optional(bool)
    detection        = optional(bool)
    image_captioning = optional(bool)
  })
  default  = {}
  nullable = false
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

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "Set log_retention_days to one of the periods that CloudWatch Logs offers, such as 7, 14, 30, 90 or 365."
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

variable "model_index_days" {
  description = "Days for which front ends take a model index from the network; promotion renews it when half of them are over."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.model_index_days >= 2 && var.model_index_days <= 90 && floor(var.model_index_days) == var.model_index_days
    error_message = "Set model_index_days to a whole number from 2 to 90: less leaves no time to repair promotion, more lets an attacker hold updates back."
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

variable "model_signing" {
  description = "Whether the model index is signed, with a KMS key for $1 a month: front ends that were built with the key load nothing else."
  type        = bool
  default     = true
  nullable    = false
}

variable "model_signing_keys" {
  description = "Names of the keys that front ends trust, of which the first signs."
  type        = list(string)
  default     = ["1"]
  nullable    = false

  validation {
    condition     = length(var.model_signing_keys) > 0 && length(distinct(var.model_signing_keys)) == length(var.model_signing_keys)
    error_message = "Name at least one key in model_signing_keys, each once; set model_signing = false to sign nothing."
  }

  validation {
    condition     = alltrue([for name in var.model_signing_keys : can(regex("^[a-z0-9-]{1,32}$", name))])
    error_message = "Use up to 32 lower-case letters, digits and hyphens in each of model_signing_keys."
  }
}

variable "model_url_lifetime_seconds" {
  description = "Seconds for which a link to a model works; a download that has started goes on."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.model_url_lifetime_seconds >= 60 && var.model_url_lifetime_seconds <= 43200 && floor(var.model_url_lifetime_seconds) == var.model_url_lifetime_seconds
    error_message = "Set model_url_lifetime_seconds to a whole number from 60 to 43200: a link ends with the credentials that signed it anyway."
  }
}

variable "monthly_budget" {
  description = "Dollars a month that the whole account may cost: the alarms' topic hears of 80 % and 100 % spent and of a forecast above; 0 makes no budget."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.monthly_budget >= 0
    error_message = "Set monthly_budget to dollars a month such as 20, or to 0 for no budget."
  }
}

variable "name_prefix" {
  description = "Prefix of every name, so that several stacks can live in one account."
  type        = string
  default     = "vis-assis"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.name_prefix)) && !strcontains(var.name_prefix, "--")
    error_message = "Use lower-case letters, digits and single hyphens in name_prefix, with a letter first and no hyphen last."
  }

  validation {
    condition     = length(var.name_prefix) <= 23
    error_message = "Shorten name_prefix to 23 characters: the name of the production bucket adds 40, and S3 allows 63."
  }
}

variable "no_amplify" {
  description = "Whether the front end is hosted elsewhere than on Amplify; if not, set amplify_app_id."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = var.no_amplify != (var.amplify_app_id != null)
    error_message = "Set exactly one of the two: amplify_app_id to the id of the Amplify app that hosts the front end, or no_amplify=true if you host it elsewhere."
  }
}

variable "noncurrent_version_days" {
  description = "Days for which replaced and deleted models stay recoverable."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.noncurrent_version_days >= 1
    error_message = "Set noncurrent_version_days to 1 or more."
  }
}

variable "permissions_boundary" {
  description = "ARN of the managed policy that bounds the rights of every role of the stack; null sets none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null ? true : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary))
    error_message = "Set permissions_boundary to the ARN of a managed policy, such as arn:aws:iam::123456789012:policy/vis-assis-boundary, or to null for none."
  }
}

variable "pipeline_start_policy" {
  description = "IAM policy document, as JSON, for pipelines that start steps of your own other than processing and training jobs, such as transform jobs."
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

variable "processing_image_digest" {
  description = "Digest of the pipelines' processing image, as sha256: and 64 digits; null takes the image that its tag names today."
  type        = string
  default     = null

  validation {
    condition     = var.processing_image_digest == null ? true : can(regex("^sha256:[0-9a-f]{64}$", var.processing_image_digest))
    error_message = "Set processing_image_digest to sha256: and 64 hexadecimal digits, as describe-model-package shows them (ImageDigest), or to null for the image's tag."
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

variable "production_uploaders" {
  description = "ARNs of the roles and users that alone may upload models by hand, * as a wildcard; none leaves it to IAM."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.production_uploaders : can(regex("^arn:[^:]+:iam::[0-9]{12}:(role|user)/.+$", arn))])
    error_message = "Write each entry of production_uploaders as the ARN of a role or user, such as arn:aws:iam::123456789012:role/model-uploaders; of a session, name the role."
  }
}

variable "promotion_sweep_rate" {
  description = "How often every model type is reconciled without an event, as an EventBridge schedule; at least four times in model_index_days, or the index ends before it is renewed."
  type        = string
  default     = "rate(15 minutes)"
  nullable    = false

  validation {
    condition     = can(regex("^(rate\\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\\)|cron\\(.+\\))$", var.promotion_sweep_rate))
    error_message = "Set promotion_sweep_rate to an EventBridge schedule such as rate(15 minutes) or cron(0 3 * * ? *); a rate of 1 takes the singular."
  }

  validation {
    condition = !startswith(var.promotion_sweep_rate, "rate(") || try(
      tonumber(regex("[0-9]+", var.promotion_sweep_rate)) * { minute = 1, hour = 60, day = 1440 }[regex("minute|hour|day", var.promotion_sweep_rate)] * 4 <= var.model_index_days * 1440,
      true
    )
    error_message = "Set promotion_sweep_rate to at most a quarter of model_index_days: sweeps renew the index that front ends take only so long."
  }
}

variable "region" {
  description = "AWS region of the stack; null takes the one of the environment (AWS_REGION)."
  type        = string
  default     = null

  validation {
    condition     = var.region == null ? true : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "Set region to an AWS region such as eu-west-1, or to null for the one of the environment."
  }
}

variable "retain_buckets" {
  description = "Whether `make destroy` leaves the buckets with their objects behind."
  type        = bool
  default     = false
  nullable    = false
}

variable "retain_models" {
  description = "Whether `make destroy` leaves the model package groups with their versions behind; needs retain_buckets, where their artifacts are."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = var.retain_buckets || !var.retain_models
    error_message = "Set retain_buckets with retain_models: the versions point to artifacts in the output bucket."
  }
}

variable "retry_base_seconds" {
  description = "Seconds before the first retry of a failed event; each further one waits twice as long."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.retry_base_seconds >= 1 && var.retry_base_seconds <= 900 && floor(var.retry_base_seconds) == var.retry_base_seconds
    error_message = "Set retry_base_seconds to a whole number from 1 to 900."
  }
}

variable "runbook_url" {
  description = "Where people read docs/operations.md, such as its address on your Git host: each alarm's description names its section there."
  type        = string
  default     = "docs/operations.md"
  nullable    = false

  validation {
    condition     = can(regex("^[^[:space:]#]{1,200}$", var.runbook_url))
    error_message = "Set runbook_url to an address or path without spaces and #, of at most 200 characters."
  }
}

variable "sign_in" {
  description = "How users sign in: see the variables of modules/sign_in, where the paid ones say what they cost."
  type = object({
    deletion_protection     = optional(bool, false)
    mfa                     = optional(string, "OFF")
    refresh_token_days      = optional(number, 30)
    refresh_token_rotation  = optional(bool, false)
    temporary_password_days = optional(number, 1)
    threat_protection       = optional(string, "OFF")
    token_minutes           = optional(number, 60)
  })
  default  = {}
  nullable = false
}

variable "tags" {
  description = "Tags of every resource, in addition to the stack's own."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    # IAM takes keys that differ in case for the same one.
    condition     = length(setintersection([for key in keys(var.tags) : lower(key)], ["managed-by", "project", "stack"])) == 0
    error_message = "Use other keys in tags than managed-by, project and Stack: the stack's own resources are found by them."
  }

  # The stack's own two go on objects, too, of which S3 takes ten tags.
  validation {
    condition     = length(var.tags) <= 8
    error_message = "Give at most 8 tags: S3 takes 10 on an object, and two are the stack's own."
  }
}

variable "teardown_settle_seconds" {
  description = "Seconds after which a destroy looks again for what functions made that were under way: IAM takes that long to withdraw a right everywhere."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.teardown_settle_seconds >= 1 && var.teardown_settle_seconds <= 300 && floor(var.teardown_settle_seconds) == var.teardown_settle_seconds
    error_message = "Set teardown_settle_seconds to a whole number from 1 to 300."
  }
}
