variable "alarms" {
  description = "Topic that alarms go to, and the page of the runbooks that their descriptions name."
  type        = object({ runbooks = string, topic_arn = string })
  nullable    = false
}

variable "capture" {
  description = "Share of requests to keep, in percent, the key prefix to keep them under and the KMS key that encrypts them (null takes the bucket's encryption)."
  type        = object({ kms_key_arn = string, percentage = number, prefix = string })
  nullable    = false
}

variable "endpoint_name" {
  description = "Name of the endpoint, which the function makes, not Terraform."
  type        = string
  nullable    = false
}

variable "hosting" {
  description = "What the endpoint runs on: its image (null takes Hugging Face's), environment, instance type, the image of its GPU driver (null takes the default one with a GPU, none without), network isolation and the seconds that a start may take."
  type = object({
    container_startup_seconds = number
    environment               = map(string)
    image_uri                 = string
    inference_ami_version     = string
    instance_type             = string
    model_download_seconds    = number
    network_isolation         = bool
  })
  nullable = false
}

variable "keep_releases" {
  description = "Releases that stay available for going back."
  type        = number
  nullable    = false
}

variable "office_hours" {
  description = "Hours in which the endpoint is up; null keeps it up at all times."
  type        = object({ days = list(string), from = string, timezone = string, to = string })
  default     = null
}

variable "packages" {
  description = "Packages of the functions."
  type = object({
    setup_autoscaling = object({ path = string, source_hash = string })
    update_endpoint   = object({ path = string, source_hash = string })
  })
  nullable = false
}

variable "retry_base_seconds" {
  description = "Seconds before the first retry of a failed event; each further one waits twice as long."
  type        = number
  nullable    = false
}

variable "rollout" {
  description = "What rolls an update back: a share of failing requests, a latency, or the time it takes; how long the old instances stay; and how long a release may be in service without a right answer."
  type = object({
    answer_seconds  = number
    max_error_share = number
    max_latency_ms  = number
    timeout_seconds = number
    watch_seconds   = number
  })
  nullable = false
}

variable "scaling" {
  description = "Between how many instances the endpoint scales, on which metric and how fast."
  type = object({
    max_instances              = number
    metric                     = string
    min_instances              = number
    scale_in_cooldown_seconds  = number
    scale_out_cooldown_seconds = number
    users_per_instance         = number
  })
  nullable = false
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

variable "sweep_rate" {
  description = "How often the endpoint is reconciled without an event, as an EventBridge schedule."
  type        = string
  nullable    = false
}

variable "upload_bucket" {
  description = "Bucket that the navigation model is uploaded to, with versioning and events to EventBridge."
  type        = object({ arn = string, name = string })
  nullable    = false
}
