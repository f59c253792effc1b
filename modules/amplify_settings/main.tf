locals {
  app_arn = "arn:${var.stack.account.partition}:amplify:${var.stack.account.region}:${var.stack.account.id}:apps/${var.app_id}"
}

# Without an alarm: only Terraform invokes it, and an error fails the run.
module "function" {
  source = "../lambda_function"

  stack           = var.stack
  name            = "${var.stack.name_prefix}-amplify-settings-${var.app_id}"
  description     = "Keeps the stack's variables in the Amplify app of the front end."
  handler         = "amplify_settings.handler.handle"
  package         = var.package
  timeout_seconds = 900 # a build that is under way is waited for

  policy_statements = {
    ChangeVariables = {
      actions   = ["amplify:GetApp", "amplify:UpdateApp"]
      resources = [local.app_arn]
    }
    StartBuilds = {
      actions   = ["amplify:StartJob"]
      resources = ["${local.app_arn}/branches/*/jobs/*"]
    }
  }

  # Whoever calls the function may change these variables of this app and no others.
  environment = {
    APP_ID                  = var.app_id
    POWERTOOLS_SERVICE_NAME = "amplify-settings"
    VARIABLE_NAMES          = jsonencode(sort(keys(merge(var.defaults, var.variables))))
  }
}

# A resource that owned the app's variables would wipe everybody else's.
resource "aws_lambda_invocation" "this" {
  function_name   = module.function.name
  lifecycle_scope = "CRUD"

  input = jsonencode({
    branches  = var.branches_to_build
    defaults  = var.defaults
    variables = var.variables
  })

  # Beside the function, the permissions of its role.
  depends_on = [module.function]
}
