locals {
  topic_name = "${var.stack.name_prefix}-alarms"
  topic_arn  = "arn:${var.stack.account.partition}:sns:${var.stack.account.region}:${var.stack.account.id}:${local.topic_name}"
}

resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:CloudWatch cannot publish under the AWS-managed key; alarm texts hold no data of users.
  name = local.topic_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AllowAlarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:${var.stack.account.partition}:cloudwatch:${var.stack.account.region}:${var.stack.account.id}:alarm:${var.stack.name_prefix}-*" }
          StringEquals = { "aws:SourceAccount" = var.stack.account.id }
        }
      },
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "email" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}
