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
