locals {
  # Only navigation is in a hurry: the start of a function for model links takes as long as its limit.
  navigation_route = zipmap(["Method", "Resource"], split(" ", local.routes.invoke_navigation))

  limits = {
    failed  = { metric = "5xx", statistic = "Sum", limit = var.alarm_thresholds.server_errors, of = {} }
    latency = { metric = "Latency", statistic = "p90", limit = var.alarm_thresholds.latency_ms, of = merge(local.navigation_route, { Stage = local.stage }) }
    refused = { metric = "4xx", statistic = "Sum", limit = var.alarm_thresholds.client_errors, of = {} }
  }
}

# Of what the gateway does itself: the functions' own alarms hear of each fault at once.
resource "aws_cloudwatch_metric_alarm" "this" {
  alarm_name        = local.name
  alarm_description = "In five minutes the API refused more than ${local.limits.refused.limit} requests, failed more than ${local.limits.failed.limit} times, or took longer than ${local.limits.latency.limit} ms for one navigation answer of ten: the alarm's graph says which, the access log for whom. ${var.alarms.runbooks}#prefix-api"

  metric_query {
    id          = "exceeded"
    expression  = join(" + ", [for id, of in local.limits : "IF(FILL(${id}, 0) > ${of.limit}, 1, 0)"])
    label       = "limits that are exceeded"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = local.limits

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApiGateway"
        metric_name = metric_query.value.metric
        dimensions  = merge({ ApiId = aws_apigatewayv2_api.this.id }, metric_query.value.of)
        period      = 300
        stat        = metric_query.value.statistic
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
