locals {
  alarms = {
    dead-letters = {
      description = "Events of ${var.name} failed every retry: the log says why; redrive the dead-letter queue after the repair."
      metric      = "ApproximateNumberOfMessagesVisible"
      queue       = local.dead_letters_queue_name
      threshold   = 0
    }
    oldest-message = {
      description = "Events of ${var.name} wait for more than ${var.oldest_message_seconds} seconds."
      metric      = "ApproximateAgeOfOldestMessage"
      queue       = local.queue_name
      threshold   = var.oldest_message_seconds
    }
    undelivered = {
      description = "EventBridge could not hand events to the queue of ${var.name}: the attributes of the messages in ${local.undelivered_queue_name} say why. After the repair the next sweep makes up for them; then purge that queue."
      metric      = "ApproximateNumberOfMessagesVisible"
      queue       = local.undelivered_queue_name
      threshold   = 0
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/SQS"
  metric_name         = each.value.metric
  dimensions          = { QueueName = each.value.queue }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}

# The other alarms hear of an event through a queue; this one of an event that reached none.
resource "aws_cloudwatch_metric_alarm" "lost" {
  for_each = var.rules

  alarm_name          = "${local.rule_names[each.key]}-lost"
  alarm_description   = "EventBridge lost events of the rule ${local.rule_names[each.key]}: neither its queue nor ${local.undelivered_queue_name} took them. Put their policies right with an apply; the next sweep makes up for the events."
  namespace           = "AWS/Events"
  metric_name         = "InvocationsFailedToBeSentToDlq"
  dimensions          = { RuleName = aws_cloudwatch_event_rule.this[each.key].name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}
