locals {
  # The app asks twice a second; an answer takes a quarter of one, so half of a user's requests are at the model.
  scaling_target = var.scaling.users_per_instance * (var.scaling.metric == "SageMakerVariantInvocationsPerInstance" ? 120 : 0.5)

  scaling_name      = "${var.stack.name_prefix}-setup-autoscaling"
  scaling_rule_name = "${local.scaling_name}-endpoint"
}

module "scaling_function" {
  source = "../lambda_function"

  stack             = var.stack
  alarms            = var.alarms
  name              = local.scaling_name
  description       = "Keeps the scaling of the navigation endpoint as configured."
  handler           = "setup_autoscaling.handler.handle"
  invoked_by_rules  = [local.scaling_rule_name]
  package           = var.packages.setup_autoscaling
  timeout_seconds   = 60
  policy_statements = local.scaling_statements

  environment = {
    ENDPOINT_NAME              = var.endpoint_name
    LOG_LEVEL                  = "INFO"
    MAX_INSTANCES              = tostring(var.scaling.max_instances)
    MIN_INSTANCES              = tostring(var.scaling.min_instances)
    POWERTOOLS_SERVICE_NAME    = "setup-autoscaling"
    SCALE_IN_COOLDOWN_SECONDS  = tostring(var.scaling.scale_in_cooldown_seconds)
    SCALE_OUT_COOLDOWN_SECONDS = tostring(var.scaling.scale_out_cooldown_seconds)
    SCALING_METRIC             = var.scaling.metric
    SCALING_TARGET             = tostring(local.scaling_target)
    VARIANT_NAME               = local.variant_name
  }
}

# Without a queue: each run compares the scaling with the settings, so two at once do no harm, and
# the sweep repeats what an event did that failed all three tries of an asynchronous invocation.
resource "aws_cloudwatch_event_rule" "scaling" {
  name                = local.scaling_rule_name
  description         = "State changes of the navigation endpoint and the regular sweep of its scaling."
  event_pattern       = local.endpoint_pattern
  schedule_expression = "rate(15 minutes)"
}

resource "aws_lambda_permission" "scaling" {
  statement_id  = "AllowRule"
  action        = "lambda:InvokeFunction"
  function_name = module.scaling_function.name
  principal     = "events.amazonaws.com"
  source_arn    = "arn:${var.stack.account.partition}:events:${var.stack.account.region}:${var.stack.account.id}:rule/${aws_cloudwatch_event_rule.scaling.name}"
}

# Of the same name: the removal of the old rule would take the new one along.
moved {
  from = module.scaling_lane.aws_cloudwatch_event_rule.this["endpoint"]
  to   = aws_cloudwatch_event_rule.scaling
}
