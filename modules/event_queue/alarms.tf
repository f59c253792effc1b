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

  watched_rule = concat([for key, rule in var.rules : key if rule.schedule_expression != null], keys(var.rules))[0]
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
# the undelivered ones, or none at all. What keeps one rule's events out of both queues keeps out
# those of all, as both policies name the rules in one statement: one with a schedule tells soonest.
resource "aws_cloudwatch_metric_alarm" "undelivered" {
  alarm_name        = "${var.name}-undelivered"
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

  metric_query {
    id = "lost"

    metric {
      namespace   = "AWS/Events"
      metric_name = "InvocationsFailedToBeSentToDlq"
      dimensions  = { RuleName = aws_cloudwatch_event_rule.this[local.watched_rule].name }
      period      = 60
      stat        = "Sum"
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

moved {
  from = aws_cloudwatch_metric_alarm.undelivered["undelivered"]
  to   = aws_cloudwatch_metric_alarm.undelivered
}
