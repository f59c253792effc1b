locals {
  alarms = {
    dead-letters = {
      description = "Events of ${var.name} failed every retry: the log says why; redrive the dead-letter queue after the repair."
      metric      = "ApproximateNumberOfMessagesVisible"
      queue       = local.dead_letters_queue_name
      threshold   = 0
    }
    oldest-message = {
      description = "Events of ${var.name} wait for more than half an hour."
      metric      = "ApproximateAgeOfOldestMessage"
      queue       = local.queue_name
      threshold   = 1800
    }
  }

  # An alarm takes ten metrics: the queue's and those of nine rules.
  undelivered_alarms = {
    for index, keys in chunklist(keys(var.rules), 9) :
    (index == 0 ? "undelivered" : "undelivered-${index + 1}") => keys
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.description} ${var.alarms.runbooks}#queue-${each.key}"
  namespace           = "AWS/SQS"
  metric_name         = each.value.metric
  dimensions          = { QueueName = each.value.queue }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarms.topic_arn]
}

# The others hear of an event through a queue; this one of an event that reached only the queue for
# the undelivered ones, or none at all.
resource "aws_cloudwatch_metric_alarm" "undelivered" {
  for_each = local.undelivered_alarms

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = "EventBridge could not hand events to the queue of ${var.name}: the attributes of the messages in ${local.undelivered_queue_name} say why; that queue is empty when its own policy refused them. Put the policies right with an apply. The next sweep makes up for the events; then purge that queue. ${var.alarms.runbooks}#queue-undelivered"

  metric_query {
    id          = "undelivered"
    expression  = "SUM(FILL(METRICS(), 0))"
    label       = "events that did not reach the queue"
    return_data = true
  }

  metric_query {
    id = "kept"

    metric {
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = local.undelivered_queue_name }
      period      = 60
      stat        = "Maximum"
    }
  }

  dynamic "metric_query" {
    for_each = each.value

    content {
      id = "lost_${metric_query.key}"

      metric {
        namespace   = "AWS/Events"
        metric_name = "InvocationsFailedToBeSentToDlq"
        dimensions  = { RuleName = aws_cloudwatch_event_rule.this[metric_query.value].name }
        period      = 60
        stat        = "Sum"
      }
    }
  }

  # One bad minute of three: FILL may have taken a value that came late for a zero.
  evaluation_periods  = 3
  datapoints_to_alarm = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarms.topic_arn]
}
