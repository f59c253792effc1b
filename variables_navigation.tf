variable "navigation_capture" {
  description = "Share of the navigation requests (inputs only) that are kept, in percent, the KMS key that encrypts them (null takes the bucket's encryption) and the days for which they are kept; 0 percent keeps none."
  type = object({
    kms_key_arn    = optional(string)
    percentage     = optional(number, 5)
    retention_days = optional(number, 14)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(range(101), var.navigation_capture.percentage) && var.navigation_capture.retention_days >= 1
    error_message = "Set navigation_capture.percentage to a whole number from 0 to 100 and retention_days to 1 or more."
  }

  validation {
    condition     = var.navigation_capture.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", var.navigation_capture.kms_key_arn))
    error_message = "Set navigation_capture.kms_key_arn to the ARN of a KMS key (no alias: policies cannot name one), or to null."
  }
}

variable "navigation_hosting" {
  description = "What the navigation endpoint runs on: its image (null takes Hugging Face's), environment, instance type, the image of its GPU driver (null takes the one for CUDA 12.4 with a GPU, none without), whether the model's container has no network, and the seconds that downloading the model and starting may take."
  type = object({
    container_startup_seconds = optional(number, 900)
    environment               = optional(map(string), {})
    image_uri                 = optional(string)
    inference_ami_version     = optional(string)
    instance_type             = optional(string, "ml.g5.xlarge")
    model_download_seconds    = optional(number, 1800)
    network_isolation         = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^ml\\.[a-z0-9-]+\\.[a-z0-9]+$", var.navigation_hosting.instance_type))
    error_message = "Set navigation_hosting.instance_type to a SageMaker instance type such as ml.g5.xlarge."
  }

  validation {
    condition     = var.navigation_hosting.image_uri == null ? true : can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.[a-z.]+/[^:@]+(:[^:@/]+|@sha256:[0-9a-f]{64})$", var.navigation_hosting.image_uri))
    error_message = "Set navigation_hosting.image_uri to an image in ECR with its tag or its digest (…@sha256: and 64 digits), or to null for Hugging Face's."
  }

  validation {
    condition = var.navigation_hosting.inference_ami_version == null ? true : anytrue([
      for kind, types in { gpu = "^ml\\.(g|gr|p)[0-9]", neuron = "^ml\\.(inf|trn)[0-9]" } :
      can(regex("-${kind}-", var.navigation_hosting.inference_ami_version)) && can(regex(types, var.navigation_hosting.instance_type))
    ])
    error_message = "Set navigation_hosting.inference_ami_version to one for the accelerator of instance_type, such as al2-ami-sagemaker-inference-gpu-3-1 for ml.g5.xlarge, or to null: instances without an accelerator take none."
  }

  validation {
    condition = alltrue([
      for seconds in [var.navigation_hosting.container_startup_seconds, var.navigation_hosting.model_download_seconds] :
      seconds >= 60 && seconds <= 3600 && floor(seconds) == seconds
    ])
    error_message = "Set container_startup_seconds and model_download_seconds of navigation_hosting to whole numbers from 60 to 3600."
  }
}

variable "navigation_keep_releases" {
  description = "Releases of the navigation model that stay available for going back."
  type        = number
  default     = 3
  nullable    = false

  validation {
    condition     = contains(range(1, 51), var.navigation_keep_releases)
    error_message = "Set navigation_keep_releases to a whole number from 1 to 50."
  }
}

variable "navigation_office_hours" {
  description = "Hours in which the navigation endpoint is up, such as { timezone = \"Europe/Berlin\", from = \"08:00\", to = \"18:00\" }; null keeps it up always, at about $1,028 a month for one ml.g5.xlarge, of which those hours on weekdays save some $720."
  type = object({
    days     = optional(list(string), ["mon", "tue", "wed", "thu", "fri"])
    from     = string
    timezone = string
    to       = string
  })
  default = null

  validation {
    condition = var.navigation_office_hours == null ? true : alltrue([
      for time in [var.navigation_office_hours.from, var.navigation_office_hours.to] : can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]$", time))
    ])
    error_message = "Write from and to of navigation_office_hours as times such as 08:00."
  }

  validation {
    condition     = var.navigation_office_hours == null ? true : length(var.navigation_office_hours.days) > 0 && length(setsubtract(var.navigation_office_hours.days, ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])) == 0
    error_message = "List days of navigation_office_hours as mon, tue, wed, thu, fri, sat or sun."
  }

  validation {
    condition     = var.navigation_office_hours == null ? true : can(regex("^[A-Z][A-Za-z_]*(/[A-Za-z0-9_+-]+)*$", var.navigation_office_hours.timezone))
    error_message = "Set navigation_office_hours.timezone to a name such as Europe/Berlin or UTC."
  }
}

variable "navigation_requests" {
  description = "Seconds after which a navigation request is given up (the app waits for one; what waits longer occupies a function for nothing), and how many instances of its function are kept started, each for about $11 a month (1 GB at $0.0000041667 a second, us-east-1), to spare whoever comes after some quiet minutes a start of half a second to a second: none by default, as they would cost without a navigation release, too, and AWS may refuse them in new accounts, whose quota is 10 at once."
  type = object({
    answer_seconds    = optional(number, 1)
    started_functions = optional(number, 0)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(range(1, 28), var.navigation_requests.answer_seconds) && contains(range(1001), var.navigation_requests.started_functions)
    error_message = "Set navigation_requests.answer_seconds to a whole number from 1 to 27 (the gateway waits for 30 s), and started_functions from 0 to 1000."
  }
}

variable "navigation_rollout" {
  description = "What rolls an update of the navigation endpoint back: a share of failing requests, a 90th percentile of latency (the app waits for one second), or the seconds it takes; watch_seconds is how long the old instances stay, answer_seconds how long a release may be in service without a right answer before the one that answered last comes back."
  type = object({
    answer_seconds  = optional(number, 900)
    max_error_share = optional(number, 0.1)
    max_latency_ms  = optional(number, 1000)
    timeout_seconds = optional(number, 10800)
    watch_seconds   = optional(number, 300)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.navigation_rollout.max_error_share >= 0 && var.navigation_rollout.max_error_share < 1 && var.navigation_rollout.max_latency_ms > 0
    error_message = "Set navigation_rollout.max_error_share from 0 to below 1 and max_latency_ms above 0."
  }

  validation {
    condition     = var.navigation_rollout.answer_seconds >= 60 && var.navigation_rollout.answer_seconds <= 3600 && floor(var.navigation_rollout.answer_seconds) == var.navigation_rollout.answer_seconds
    error_message = "Set navigation_rollout.answer_seconds to a whole number from 60 to 3600."
  }

  validation {
    condition     = var.navigation_rollout.watch_seconds >= 0 && var.navigation_rollout.watch_seconds <= 3600 && floor(var.navigation_rollout.watch_seconds) == var.navigation_rollout.watch_seconds
    error_message = "Set navigation_rollout.watch_seconds to a whole number from 0 to 3600."
  }

  validation {
    condition     = var.navigation_rollout.timeout_seconds >= 600 && var.navigation_rollout.timeout_seconds <= 28800 && floor(var.navigation_rollout.timeout_seconds) == var.navigation_rollout.timeout_seconds
    error_message = "Set navigation_rollout.timeout_seconds to a whole number from 600 to 28800."
  }

  validation {
    condition     = var.navigation_rollout.timeout_seconds > var.navigation_rollout.watch_seconds + var.navigation_hosting.container_startup_seconds + var.navigation_hosting.model_download_seconds
    error_message = "Set navigation_rollout.timeout_seconds above watch_seconds and the two times of navigation_hosting together: slower updates are rolled back."
  }
}

variable "navigation_scaling" {
  description = "Between how many instances the navigation endpoint scales, and how many users share one: each asks twice a second, so the target is 120 invocations a minute for each (or half a request at the model), and 2 users on one ml.g5.xlarge at $1.41 an hour cost $0.70 a user and hour; its GPU takes about 0.24 s for three answers and 0.05 s for a first \"no\" (twice what operations and bytes take at least, not measured), so 2 users keep it busy for a fifth of the time to all of it, by what is in their way."
  type = object({
    max_instances              = optional(number, 2)
    metric                     = optional(string, "SageMakerVariantInvocationsPerInstance")
    min_instances              = optional(number, 1)
    scale_in_cooldown_seconds  = optional(number, 600)
    scale_out_cooldown_seconds = optional(number, 60)
    users_per_instance         = optional(number, 2)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(range(1, 101), var.navigation_scaling.min_instances) && contains(range(var.navigation_scaling.min_instances, 101), var.navigation_scaling.max_instances)
    error_message = "Set navigation_scaling.min_instances to 1 or more and max_instances to at least that, up to 100; navigation_office_hours is what replaces scaling to zero."
  }

  validation {
    condition     = contains(["SageMakerVariantConcurrentRequestsPerModelHighResolution", "SageMakerVariantInvocationsPerInstance"], var.navigation_scaling.metric)
    error_message = "Set navigation_scaling.metric to SageMakerVariantInvocationsPerInstance or SageMakerVariantConcurrentRequestsPerModelHighResolution."
  }

  validation {
    condition = var.navigation_scaling.users_per_instance > 0 && alltrue([
      for seconds in [var.navigation_scaling.scale_in_cooldown_seconds, var.navigation_scaling.scale_out_cooldown_seconds] : seconds >= 1 && floor(seconds) == seconds
    ])
    error_message = "Set navigation_scaling.users_per_instance above 0 and the cooldowns to whole numbers of at least 1."
  }
}

variable "navigation_sweep_rate" {
  description = "How often the navigation endpoint is reconciled without an event, as an EventBridge schedule; it paces retries and office hours."
  type        = string
  default     = "rate(5 minutes)"
  nullable    = false

  validation {
    condition     = can(regex("^(rate\\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\\)|cron\\(.+\\))$", var.navigation_sweep_rate))
    error_message = "Set navigation_sweep_rate to an EventBridge schedule such as rate(5 minutes); a rate of 1 takes the singular."
  }
}
