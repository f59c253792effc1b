variable "deletion_protection" {
  description = "Whether the user pool refuses to be destroyed."
  type        = bool
  default     = false
  nullable    = false
}

variable "mfa" {
  description = "Whether users need a code of an authenticator app (free of charge): OFF, OPTIONAL or ON."
  type        = string
  default     = "OFF"
  nullable    = false

  validation {
    condition     = contains(["OFF", "ON", "OPTIONAL"], var.mfa)
    error_message = "Set mfa to OFF, OPTIONAL or ON."
  }
}

variable "name_prefix" {
  description = "Prefix of every name, so that several stacks can live in one account."
  type        = string
  nullable    = false
}

variable "refresh_token_days" {
  description = "Days after which users have to sign in again."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.refresh_token_days >= 1 && var.refresh_token_days <= 3650
    error_message = "Set refresh_token_days to a value from 1 to 3650."
  }
}

variable "refresh_token_rotation" {
  description = "Whether each renewal replaces the refresh token, which takes a front end that renews with GetTokensFromRefreshToken: REFRESH_TOKEN_AUTH is refused then."
  type        = bool
  default     = false
  nullable    = false
}

variable "temporary_password_days" {
  description = "Days for which the password in an invitation works."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.temporary_password_days >= 1 && var.temporary_password_days <= 90
    error_message = "Set temporary_password_days to a value from 1 to 90."
  }
}

variable "threat_protection" {
  description = "Whether Cognito looks at compromised passwords and odd sign-ins (Plus plan, about $0.02 a month per active user): OFF, AUDIT or ENFORCED."
  type        = string
  default     = "OFF"
  nullable    = false

  validation {
    condition     = contains(["AUDIT", "ENFORCED", "OFF"], var.threat_protection)
    error_message = "Set threat_protection to OFF, AUDIT or ENFORCED."
  }
}

variable "token_minutes" {
  description = "Minutes for which the tokens that the API takes work."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.token_minutes >= 5 && var.token_minutes <= 1440
    error_message = "Set token_minutes to a value from 5 to 1440."
  }
}
