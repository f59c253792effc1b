locals {
  # Any app, since moving to another takes the variables out of the former one.
  app_arn = "arn:${var.account.partition}:amplify:${var.account.region}:${var.account.id}:apps/*"
}

module "function" {
  source = "../lambda_function"

  account              = var.account
  alarm_topic_arn      = var.alarm_topic_arn
  name                 = "${var.name_prefix}-amplify-settings"
  description          = "Keeps the stack's variables in the Amplify app of the front end."
  handler              = "amplify_settings.handler.handle"
  zip_path             = var.zip_path
  permissions_boundary = var.permissions_boundary
  log_retention_days   = var.log_retention_days
  timeout_seconds      = 900 # a build that is under way is waited for

  policy_statements = {
    ChangeVariables = {
      actions   = ["amplify:GetApp", "amplify:UpdateApp"]
      resources = [local.app_arn]
    }
    FindBuilds = {
      actions   = ["amplify:ListJobs"]
      resources = ["${local.app_arn}/branches/*"]
    }
    StartBuilds = {
      actions   = ["amplify:StartJob"]
      resources = ["${local.app_arn}/branches/*/jobs/*"]
    }
  }

  environment = {
    POWERTOOLS_SERVICE_NAME = "amplify-settings"
  }
}

# A resource that owned the app's variables would wipe everybody else's.
resource "aws_lambda_invocation" "this" {
  function_name   = module.function.name
  lifecycle_scope = "CRUD"

  input = jsonencode({
    app_id    = var.app_id
    branches  = var.branches_to_build
    defaults  = var.defaults
    variables = var.variables
  })

  # Beside the function, the permissions of its role.
  depends_on = [module.function]
}
