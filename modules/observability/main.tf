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
        Sid       = "AllowBudgets"
        Effect    = "Allow"
        Principal = { Service = "budgets.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:${var.stack.account.partition}:budgets::${var.stack.account.id}:*" }
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

# Of the account: AWS tells a stack's costs apart only once its tag is activated for cost allocation.
resource "aws_budgets_budget" "monthly" {
  count = var.monthly_budget == 0 ? 0 : 1

  name         = "${var.stack.name_prefix}-monthly"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.monthly_budget)
  limit_unit   = "USD"

  dynamic "notification" {
    for_each = [[80, "ACTUAL"], [100, "ACTUAL"], [100, "FORECASTED"]]

    content {
      comparison_operator       = "GREATER_THAN"
      notification_type         = notification.value[1]
      subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
      threshold                 = notification.value[0]
      threshold_type            = "PERCENTAGE"
    }
  }
}
