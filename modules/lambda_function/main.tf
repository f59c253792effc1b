locals {
  log_group_name = "/aws/lambda/${var.name}"
  log_group_arn  = "arn:${var.stack.account.partition}:logs:${var.stack.account.region}:${var.stack.account.id}:log-group:${local.log_group_name}"
  function_arn   = "arn:${var.stack.account.partition}:lambda:${var.stack.account.region}:${var.stack.account.id}:function"
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with a key of its own; they hold no token, link or picture, and a key of ours costs $1 a month.
  #checkov:skip=CKV_AWS_338:Kept as log_retention_days says; the API's access log, which tells who called what, is kept for a year.
  name              = local.log_group_name
  retention_in_days = var.stack.log_retention_days
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_115:Repeated and simultaneous runs are harmless; a limit would take from what the account shares.
  #checkov:skip=CKV_AWS_116:What fails goes to the caller or to a dead-letter queue, or the next sweep repeats it.
  #checkov:skip=CKV_AWS_117:Talks to AWS's own services only; a VPC would add NAT gateways and guard nothing.
  #checkov:skip=CKV_AWS_173:The environment holds no secret, and Lambda encrypts it with a key of its own.
  #checkov:skip=CKV_AWS_272:Who may sign would be who may apply: zips are built from the checkout that is applied.
  function_name    = var.name
  description      = var.description
  role             = aws_iam_role.this.arn
  runtime          = "python3.13"
  architectures    = ["x86_64"]
  handler          = var.handler
  filename         = var.package.path
  source_code_hash = var.package.source_hash
  memory_size      = var.memory_mb
  timeout          = var.timeout_seconds
  publish          = var.started > 0

  environment {
    variables = var.environment
  }

  tracing_config {
    mode = "PassThrough"
  }

  # The first invocation needs both: without the group Lambda would make one that never expires.
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]
}

# Lambda keeps instances of published versions started, never of $LATEST.
resource "aws_lambda_alias" "started" {
  count = var.started > 0 ? 1 : 0

  name             = "started"
  description      = "The newest version, of which Lambda keeps instances started."
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}

resource "aws_lambda_provisioned_concurrency_config" "this" {
  count = var.started > 0 ? 1 : 0

  function_name                     = aws_lambda_function.this.function_name
  qualifier                         = aws_lambda_alias.started[0].name
  provisioned_concurrent_executions = var.started
}
