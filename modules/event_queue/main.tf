locals {
  arn_suffix       = "${var.stack.account.region}:${var.stack.account.id}"
  queue_arn_prefix = "arn:${var.stack.account.partition}:sqs:${local.arn_suffix}"
  rule_arn_prefix  = "arn:${var.stack.account.partition}:events:${local.arn_suffix}:rule"

  # ARNs are made from names: queues and rules name each other.
  queue_name              = "${var.name}.fifo"
  queue_arn               = "${local.queue_arn_prefix}:${local.queue_name}"
  dead_letters_queue_name = "${var.name}-dead-letters.fifo"
  undelivered_queue_name  = "${var.name}-undelivered"
  rule_names              = { for key in keys(var.rules) : key => "${var.name}-${key}" }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = var.rules

  name                = local.rule_names[each.key]
  description         = each.value.description
  event_pattern       = each.value.event_pattern
  schedule_expression = each.value.schedule_expression
  state               = each.value.enabled ? "ENABLED" : "DISABLED"
}

resource "aws_cloudwatch_event_target" "queue" {
  for_each = var.rules

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "queue"
  arn       = "${local.queue_arn_prefix}:${aws_sqs_queue.this.name}"

  sqs_target {
    message_group_id = each.value.message_group_id
  }

  # Refused sends are not retried; after an hour of any other failure somebody should know.
  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = "${local.queue_arn_prefix}:${aws_sqs_queue.undelivered.name}"
  }
}
