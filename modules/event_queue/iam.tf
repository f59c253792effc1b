# Attached here rather than handed to the function's module: the queue needs the function and the
# function would need the queue.
resource "aws_iam_role_policy" "consume" {
  name = "consume-${var.name}"
  role = var.function.role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "ConsumeQueue"
      Effect = "Allow"
      Action = [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
      ]
      Resource = [local.queue_arn]
    }]
  })
}
