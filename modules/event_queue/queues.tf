locals {
  allow_rules = {
    Sid       = "AllowRules"
    Effect    = "Allow"
    Principal = { Service = "events.amazonaws.com" }
    Action    = "sqs:SendMessage"
    Condition = {
      ArnEquals = { "aws:SourceArn" = [for name in values(local.rule_names) : "${local.rule_arn_prefix}/${name}"] }
    }
  }

  deny_insecure_transport = {
    Sid       = "DenyInsecureTransport"
    Effect    = "Deny"
    Principal = "*"
    Action    = "sqs:*"
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  }
}

# Policies and redrive settings are in the queues themselves: as resources of their own each would
# add the provider's 25 seconds of waiting.
resource "aws_sqs_queue" "this" {
  name                        = local.queue_name
  fifo_queue                  = true
  content_based_deduplication = true
  sqs_managed_sse_enabled     = true

  # Just above the function's timeout: a crashed run blocks its message group until then.
  visibility_timeout_seconds = var.function.timeout_seconds + 60

  redrive_policy = jsonencode({
    deadLetterTargetArn = "${local.queue_arn_prefix}:${aws_sqs_queue.dead_letters.name}"
    maxReceiveCount     = var.max_receive_count
  })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      merge(local.allow_rules, { Resource = local.queue_arn }),
      merge(local.deny_insecure_transport, { Resource = local.queue_arn }),
    ]
  })
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = local.dead_letters_queue_name
  fifo_queue                = true
  message_retention_seconds = 1209600 # 14 days, the longest that SQS allows
  sqs_managed_sse_enabled   = true

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.queue_arn]
  })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      merge(local.deny_insecure_transport, { Resource = "${local.queue_arn_prefix}:${local.dead_letters_queue_name}" }),
    ]
  })
}

# What EventBridge could not hand to the queue. It takes no FIFO queue for that.
resource "aws_sqs_queue" "undelivered" {
  name                      = local.undelivered_queue_name
  message_retention_seconds = 1209600 # 14 days, the longest that SQS allows
  sqs_managed_sse_enabled   = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      merge(local.allow_rules, { Resource = "${local.queue_arn_prefix}:${local.undelivered_queue_name}" }),
      merge(local.deny_insecure_transport, { Resource = "${local.queue_arn_prefix}:${local.undelivered_queue_name}" }),
    ]
  })
}
