locals {
  alarms = {
    "4xx" = {
      description = "The API refused more than ${var.alarm_thresholds.client_errors} requests in five minutes."
      statistic   = "Sum"
      threshold   = var.alarm_thresholds.client_errors
    }
    "5xx" = {
      description = "The API failed more than ${var.alarm_thresholds.server_errors} times in five minutes."
      statistic   = "Sum"
      threshold   = var.alarm_thresholds.server_errors
    }
    Latency = {
      description = "One of ten answers of the API took longer than ${var.alarm_thresholds.latency_ms} ms."
      percentile  = "p90"
      threshold   = var.alarm_thresholds.latency_ms
    }
  }

  # The functions turn faults into answers, which Lambda does not count as errors.
  fault_alarms = {
    invoke-navigation-faults = {
      description = "The app got no answer about a picture for a fault of the backend; the function's log says which."
      function    = module.invoke_navigation.name
      metric      = "Faults"
    }
    model-urls-faults = {
      description = "The app got no links to models for a fault of the backend; the function's log says which."
      function    = module.model_urls.name
      metric      = "Faults"
    }
    model-urls-failed-types = {
      description = "A model type could not be looked up and was left out; the log of model-urls says which and why."
      function    = module.model_urls.name
      metric      = "FailedModelTypes"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.name}-${lower(each.key)}"
  alarm_description   = each.value.description
  namespace           = "AWS/ApiGateway"
  metric_name         = each.key
  dimensions          = { ApiId = aws_apigatewayv2_api.this.id }
  statistic           = try(each.value.statistic, null)
  extended_statistic  = try(each.value.percentile, null)
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "fault" {
  for_each = local.fault_alarms

  alarm_name          = "${var.name_prefix}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "VisAssis"
  metric_name         = each.value.metric
  dimensions          = { FunctionName = each.value.function }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}
