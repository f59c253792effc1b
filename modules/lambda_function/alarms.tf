locals {
  failures = merge(
    # No throttles: who waits then is told, by the age of a queue or by the API's failures.
    { Errors = { namespace = "AWS/Lambda", dimensions = { FunctionName = var.name } } },
    { for name in var.failure_metrics : name => { namespace = "VisAssis", dimensions = { FunctionName = var.name } } },
    { for name in var.invoked_by_rules : "FailedInvocations" => { namespace = "AWS/Events", dimensions = { RuleName = name } } },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  count = var.alarms == null ? 0 : 1

  alarm_name        = "${var.name}-failures"
  alarm_description = "${var.name} failed${length(var.failure_metrics) == 0 ? "" : ", or answered with a fault of the backend"}: its log says which and why. ${var.alarms.runbooks}#function-failures"

  metric_query {
    id          = "failures"
    expression  = "SUM(FILL(METRICS(), 0))"
    label       = "failures of ${var.name}"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = local.failures

    content {
      id = lower(metric_query.key)

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.key
        dimensions  = metric_query.value.dimensions
        period      = 300
        stat        = "Sum"
      }
    }
  }

  # One bad period of three: FILL may have taken a value that came late for a zero.
  evaluation_periods  = 3
  datapoints_to_alarm = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarms.topic_arn]
}
