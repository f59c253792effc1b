mock_provider "aws" {}

variables {
  name_prefix = "vis-assis"
}

run "lets_in_only_who_was_invited" {
  command = plan

  module {
    source = "./modules/sign_in"
  }

  assert {
    condition     = aws_cognito_user_pool.this.admin_create_user_config[0].allow_admin_create_user_only
    error_message = "Anybody can sign up."
  }

  assert {
    condition     = aws_cognito_user_pool.this.username_attributes == toset(["email"])
    error_message = "Users do not sign in with their e-mail address."
  }

  assert {
    condition = alltrue([
      for policy in aws_cognito_user_pool.this.password_policy :
      policy.minimum_length >= 12 && policy.require_lowercase && policy.require_uppercase && policy.require_numbers && policy.require_symbols && policy.temporary_password_validity_days == 1
    ])
    error_message = "Passwords are weak, or invitations last."
  }

  assert {
    condition     = aws_cognito_user_pool_client.this.generate_secret != true && aws_cognito_user_pool_client.this.prevent_user_existence_errors == "ENABLED"
    error_message = "The client has a secret that browsers cannot keep, or tells who has an account."
  }

  assert {
    condition     = aws_cognito_user_pool_client.this.explicit_auth_flows == toset(["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"])
    error_message = "A front end cannot sign in, or there is a way in that nobody needs."
  }

  assert {
    condition     = aws_cognito_user_pool_client.this.id_token_validity == 60 && one(aws_cognito_user_pool_client.this.token_validity_units).id_token == "minutes"
    error_message = "Id tokens do not end after an hour."
  }

  assert {
    condition     = one(aws_cognito_user_pool.this.user_attribute_update_settings).attributes_require_verification_before_update == toset(["email"])
    error_message = "Whoever holds a token can move the account to another address."
  }
}

run "protects_when_asked" {
  command = plan

  module {
    source = "./modules/sign_in"
  }

  variables {
    deletion_protection    = true
    mfa                    = "OPTIONAL"
    refresh_token_rotation = true
    threat_protection      = "ENFORCED"
  }

  assert {
    condition     = aws_cognito_user_pool_client.this.explicit_auth_flows == toset(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]) && one(aws_cognito_user_pool_client.this.refresh_token_rotation).feature == "ENABLED"
    error_message = "Refresh tokens are not replaced, or Cognito refuses the client for a flow that excludes it."
  }

  assert {
    condition     = aws_cognito_user_pool.this.deletion_protection == "ACTIVE" && aws_cognito_user_pool.this.mfa_configuration == "OPTIONAL"
    error_message = "The pool can be deleted, or asks for no second factor."
  }

  assert {
    condition     = aws_cognito_user_pool.this.user_pool_tier == "PLUS" && one(aws_cognito_user_pool.this.user_pool_add_ons).advanced_security_mode == "ENFORCED"
    error_message = "Threat protection is not on, or not in the plan that has it."
  }
}

run "refuses_values_that_cognito_does_not_have" {
  command = plan

  module {
    source = "./modules/sign_in"
  }

  variables {
    mfa                     = "SMS"
    refresh_token_days      = 0
    temporary_password_days = 0
    threat_protection       = "ON"
    token_minutes           = 1
  }

  expect_failures = [
    var.mfa,
    var.refresh_token_days,
    var.temporary_password_days,
    var.threat_protection,
    var.token_minutes,
  ]
}
