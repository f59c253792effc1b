locals {
  alarm_prefix     = "arn:${var.stack.account.partition}:cloudwatch:${var.stack.account.region}:${var.stack.account.id}:alarm"
  rollback_metrics = { server-errors = "Invocation5XXErrors", latency = "ModelLatency" }

  rollback_alarm_names = { for key in keys(local.rollback_metrics) : key => "${var.stack.name_prefix}-navigation-${key}" }
  rollback_alarm_arns  = [for name in values(local.rollback_alarm_names) : "${local.alarm_prefix}:${name}"]

  runbook_rollback = "${var.alarms.runbooks}#prefix-navigation-server-errors-prefix-navigation-latency"

  variant_dimensions = { EndpointName = var.endpoint_name, VariantName = local.variant_name }

  release_alarms = {
    release-failed = {
      description = "The newest navigation upload cannot be served, or waits for a quota; `make navigation-status` says why. What answered before it serves, if anything did."
      metric      = "ReleaseFailed"
    }
    release-refused = {
      description = "The newest navigation upload is no usable archive; `make navigation-status` says why."
      metric      = "ReleaseRefused"
    }
  }
}

# Two bad minutes within five: one failed request on its own rolls nothing back. A minute without
# requests is a good one, so that an endpoint that nobody calls can be updated.
resource "aws_cloudwatch_metric_alarm" "server_errors" {
  alarm_name          = local.rollback_alarm_names["server-errors"]
  alarm_description   = "The navigation endpoint answers with errors; an update under way is rolled back. ${local.runbook_rollback}"
  namespace           = "AWS/SageMaker"
  metric_name         = local.rollback_metrics["server-errors"]
  dimensions          = local.variant_dimensions
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.rollout.max_error_share
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarms.topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = local.rollback_alarm_names["latency"]
  alarm_description   = "The navigation endpoint answers too slowly; an update under way is rolled back. ${local.runbook_rollback}"
  namespace           = "AWS/SageMaker"
  metric_name         = local.rollback_metrics["latency"]
  dimensions          = local.variant_dimensions
  extended_statistic  = "p90"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.rollout.max_latency_ms * 1000 # the metric counts microseconds
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarms.topic_arn]
}

# The controller writes 1 or 0 with every sweep, and nothing while the endpoint is busy: then the
# alarm stays as it is.
resource "aws_cloudwatch_metric_alarm" "release" {
  for_each = local.release_alarms

  alarm_name          = "${var.stack.name_prefix}-navigation-${each.key}"
  alarm_description   = "${each.value.description} ${var.alarms.runbooks}#prefix-navigation-release-failed-prefix-navigation-release-refused"
  namespace           = "VisAssis"
  metric_name         = each.value.metric
  dimensions          = { Endpoint = var.endpoint_name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "ignore"
  alarm_actions       = [var.alarms.topic_arn]
}
