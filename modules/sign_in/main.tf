locals {
  # Threat protection comes with the Plus plan only.
  tier = var.threat_protection == "OFF" ? "ESSENTIALS" : "PLUS"
}

resource "aws_cognito_user_pool" "this" {
  name                     = "${var.name_prefix}-users"
  username_attributes      = ["email"]
  auto_verified_attributes = ["email"]
  deletion_protection      = var.deletion_protection ? "ACTIVE" : "INACTIVE"
  mfa_configuration        = var.mfa
  user_pool_tier           = local.tier

  admin_create_user_config {
    allow_admin_create_user_only = true
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  password_policy {
    minimum_length                   = 12
    require_lowercase                = true
    require_numbers                  = true
    require_symbols                  = true
    require_uppercase                = true
    temporary_password_validity_days = var.temporary_password_days
  }

  username_configuration {
    case_sensitive = false
  }

  # A new address counts once its owner has entered the code that was sent to it: else whoever holds
  # a token could move the account to an address of theirs.
  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }

  dynamic "software_token_mfa_configuration" {
    for_each = var.mfa == "OFF" ? [] : [true]

    content {
      enabled = true
    }
  }

  dynamic "user_pool_add_ons" {
    for_each = var.threat_protection == "OFF" ? [] : [var.threat_protection]

    content {
      advanced_security_mode = user_pool_add_ons.value
    }
  }
}

resource "aws_cognito_user_pool_client" "this" {
  name         = "${var.name_prefix}-front-end"
  user_pool_id = aws_cognito_user_pool.this.id

  # No generate_secret: browsers cannot keep one, none is AWS's default, and a client with the
  # argument cannot be imported, as the provider does not read it back.
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true

  # SRP is what Amplify's libraries use: the password never leaves the browser. It takes big-number
  # arithmetic that a page without a build step lacks; such a page sends the password over TLS.
  explicit_auth_flows = concat(
    var.refresh_token_rotation ? [] : ["ALLOW_REFRESH_TOKEN_AUTH"],
    ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
  )

  dynamic "refresh_token_rotation" {
    for_each = var.refresh_token_rotation ? [true] : []

    content {
      feature                    = "ENABLED"
      retry_grace_period_seconds = 60 # an answer that got lost
    }
  }

  access_token_validity  = var.token_minutes
  id_token_validity      = var.token_minutes
  refresh_token_validity = var.refresh_token_days

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }
}
