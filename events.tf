locals {
  consumers = merge(module.model_promotion.consumers, module.navigation_endpoint.consumers)
}

# What starts the functions. Made when all the rest stands and destroyed before the cleanup begins:
# meanwhile events wait in their queues, and no function makes again what the cleanup has removed.
resource "aws_lambda_event_source_mapping" "this" {
  for_each = local.consumers

  event_source_arn = each.value.queue_arn
  function_name    = each.value.function_name
  batch_size       = 1

  depends_on = [module.teardown_cleanup]
}

# EventBridge tries again for an hour; what it could not do then, the function's alarm tells.
resource "aws_cloudwatch_event_target" "setup_autoscaling" {
  rule      = module.navigation_endpoint.scaling_target.rule
  target_id = "function"
  arn       = module.navigation_endpoint.scaling_target.function_arn

  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 185
  }

  depends_on = [module.teardown_cleanup]
}

moved {
  from = module.event_sources.aws_lambda_event_source_mapping.this
  to   = aws_lambda_event_source_mapping.this
}
