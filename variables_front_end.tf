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
  description = "Id of the Amplify app that hosts the front end; null goes with no_amplify."
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
  description = "Refusals and failures in five minutes, and milliseconds, above which the API alarms."
  type = object({
    client_errors = optional(number, 100)
    latency_ms    = optional(number, 20000)
    server_errors = optional(number, 5)
  })
  default  = {}
  nullable = false
}

variable "api_throttling" {
  description = "Requests that the API takes per second, and at once, from all users together."
  type = object({
    burst               = optional(number, 50)
    requests_per_second = optional(number, 20)
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

variable "model_url_lifetime_seconds" {
  description = "Seconds for which a link to a model works; a slow phone needs a while, and a started download goes on."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.model_url_lifetime_seconds >= 60 && var.model_url_lifetime_seconds <= 43200 && floor(var.model_url_lifetime_seconds) == var.model_url_lifetime_seconds
    error_message = "Set model_url_lifetime_seconds to a whole number from 60 to 43200: a link ends with the credentials that signed it anyway."
  }
}

variable "no_amplify" {
  description = "Whether the front end is hosted elsewhere than on Amplify; else set amplify_app_id."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = var.no_amplify != (var.amplify_app_id != null)
    error_message = "Set exactly one of the two: amplify_app_id to the id of the Amplify app that hosts the front end, or no_amplify=true if you host it elsewhere."
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
