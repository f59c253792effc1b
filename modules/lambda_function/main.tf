locals {
  log_group_name = "/aws/lambda/${var.name}"
  log_group_arn  = "arn:${var.account.partition}:logs:${var.account.region}:${var.account.id}:log-group:${local.log_group_name}"
  function_arn   = "arn:${var.account.partition}:lambda:${var.account.region}:${var.account.id}:function"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group_name
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  description                    = var.description
  role                           = aws_iam_role.this.arn
  runtime                        = "python3.13"
  architectures                  = [var.architecture]
  handler                        = var.handler
  filename                       = var.zip_path
  source_code_hash               = filebase64sha256(var.zip_path)
  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency

  environment {
    variables = var.environment
  }

  tracing_config {
    mode = var.tracing == "active" ? "Active" : "PassThrough"
  }

  # The first invocation needs both: without the group Lambda would make one that never expires.
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]
}
