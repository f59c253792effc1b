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
