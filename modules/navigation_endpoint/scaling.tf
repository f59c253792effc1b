locals {
  scaling_name = "${var.name_prefix}-setup-autoscaling"
}

module "scaling_function" {
  source = "../lambda_function"

  account              = var.account
  alarm_topic_arn      = var.alarm_topic_arn
  name                 = local.scaling_name
  description          = "Keeps the scaling of the navigation endpoint as configured."
  handler              = "setup_autoscaling.handler.handle"
  package              = var.packages.setup_autoscaling
  permissions_boundary = var.permissions_boundary
  log_retention_days   = var.log_retention_days
  timeout_seconds      = 60
  policy_statements    = local.scaling_statements

  environment = merge(local.lane_environment, {
    MAX_INSTANCES              = tostring(var.scaling.max_instances)
    MIN_INSTANCES              = tostring(var.scaling.min_instances)
    POWERTOOLS_SERVICE_NAME    = "setup-autoscaling"
    SCALE_IN_COOLDOWN_SECONDS  = tostring(var.scaling.scale_in_cooldown_seconds)
    SCALE_OUT_COOLDOWN_SECONDS = tostring(var.scaling.scale_out_cooldown_seconds)
    SCALING_METRIC             = var.scaling.metric
    SCALING_TARGET             = tostring(var.scaling.target)
  })
}

module "scaling_lane" {
  source = "../event_lane"

  account           = var.account
  alarm_topic_arn   = var.alarm_topic_arn
  name              = local.scaling_name
  max_receive_count = var.max_receive_count

  function = {
    name            = module.scaling_function.name
    role_name       = module.scaling_function.role_name
    timeout_seconds = module.scaling_function.timeout_seconds
  }

  rules = {
    endpoint = {
      description         = "State changes of the navigation endpoint and the regular sweep of its scaling."
      message_group_id    = local.message_group_id
      schedule_expression = var.scaling_sweep_rate
      event_pattern       = local.endpoint_pattern
    }
  }
}
