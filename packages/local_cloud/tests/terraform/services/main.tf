# Everything of the provider that a stack uses, to apply, plan empty and destroy.

provider "aws" {
  default_tags {
    tags = { project = "conformance" }
  }
}

variable "function_zip" {
  description = "Path of the function's zip."
  type        = string
}

data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
}

# Buckets

resource "aws_s3_bucket" "logs" {
  bucket        = "conformance-logs-${local.account}"
  force_destroy = true
}

resource "aws_s3_bucket" "models" {
  bucket        = "conformance-models-${local.account}"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "models" {
  bucket = aws_s3_bucket.models.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "models" {
  bucket = aws_s3_bucket.models.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "models" {
  bucket = aws_s3_bucket.models.id
  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 30
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }
  }
}

resource "aws_s3_bucket_public_access_block" "models" {
  bucket                  = aws_s3_bucket.models.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "models" {
  bucket = aws_s3_bucket.models.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_logging" "models" {
  bucket        = aws_s3_bucket.models.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "models/"
}

resource "aws_s3_bucket_notification" "models" {
  bucket      = aws_s3_bucket.models.id
  eventbridge = true
}

data "aws_iam_policy_document" "tls_only" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.models.arn, "${aws_s3_bucket.models.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "models" {
  bucket = aws_s3_bucket.models.id
  policy = data.aws_iam_policy_document.tls_only.json
}

resource "aws_s3_object" "code" {
  bucket  = aws_s3_bucket.models.id
  key     = "code/step+one.py"
  content = "print('one')"
}

# A lane: rule, FIFO queue with redrive, function

resource "aws_sqs_queue" "dead" {
  name                      = "conformance-dead.fifo"
  fifo_queue                = true
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

data "aws_iam_policy_document" "queue" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["arn:aws:sqs:eu-west-1:${local.account}:conformance-lane.fifo"]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.lane.arn]
    }
  }
}

resource "aws_sqs_queue" "lane" {
  name                        = "conformance-lane.fifo"
  fifo_queue                  = true
  content_based_deduplication = true
  visibility_timeout_seconds  = 60
  policy                      = data.aws_iam_policy_document.queue.json
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 3
  })
}

resource "aws_cloudwatch_event_rule" "lane" {
  name                = "conformance-lane"
  schedule_expression = "rate(1 hour)"
  event_pattern = jsonencode({
    source      = ["aws.sagemaker"]
    detail-type = ["SageMaker Model Package State Change"]
  })
}

resource "aws_cloudwatch_event_target" "lane" {
  rule = aws_cloudwatch_event_rule.lane.name
  arn  = aws_sqs_queue.lane.arn
  sqs_target {
    message_group_id = "depth"
  }
  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 10
  }
}

data "aws_iam_policy_document" "lambda_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "function" {
  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.lane.arn]
  }
}

resource "aws_iam_role" "function" {
  name               = "conformance-function"
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_iam_role_policy" "function" {
  name   = "function"
  role   = aws_iam_role.function.id
  policy = data.aws_iam_policy_document.function.json
}

resource "aws_iam_policy" "managed" {
  name   = "conformance-managed"
  policy = data.aws_iam_policy_document.function.json
}

resource "aws_iam_role_policy_attachment" "managed" {
  role       = aws_iam_role.function.name
  policy_arn = aws_iam_policy.managed.arn
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/conformance"
  retention_in_days = 30
}

resource "aws_lambda_function" "lane" {
  function_name    = "conformance"
  role             = aws_iam_role.function.arn
  runtime          = "python3.13"
  handler          = "handler.handle"
  filename         = var.function_zip
  source_code_hash = filebase64sha256(var.function_zip)
  timeout          = 30
  memory_size      = 256
  environment {
    variables = { LOG_LEVEL = "INFO" }
  }
  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy.function]
}

resource "aws_lambda_event_source_mapping" "lane" {
  event_source_arn = aws_sqs_queue.lane.arn
  function_name    = aws_lambda_function.lane.arn
  batch_size       = 1
}

resource "aws_lambda_permission" "events" {
  statement_id  = "events"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.lane.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.lane.arn
}

# Alarms

resource "aws_sns_topic" "alarms" {
  name              = "conformance-alarms"
  kms_master_key_id = "alias/aws/sns"
}

data "aws_iam_policy_document" "topic" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }
  }
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.topic.json
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "conformance-dead-letters"
  alarm_description   = "A message failed for good."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead.name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "conformance-errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.lane.function_name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1.5
  period              = 300
  evaluation_periods  = 2
  datapoints_to_alarm = 1
}

# Registry, pipeline, secret

resource "aws_sagemaker_model_package_group" "depth" {
  model_package_group_name        = "conformance-depth"
  model_package_group_description = "Versions of depth."
}

data "aws_iam_policy_document" "sagemaker_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["sagemaker.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "pipeline" {
  name               = "conformance-pipeline"
  assume_role_policy = data.aws_iam_policy_document.sagemaker_trust.json
}

resource "aws_sagemaker_pipeline" "depth" {
  pipeline_name         = "conformance-depth"
  pipeline_display_name = "conformance-depth"
  role_arn              = aws_iam_role.pipeline.arn
  pipeline_definition = jsonencode({
    Version    = "2020-12-01"
    Metadata   = {}
    Parameters = []
    Steps      = [{ Name = "Stop", Type = "Fail", Arguments = { ErrorMessage = "stop" } }]
  })
}

resource "aws_secretsmanager_secret" "token" {
  name                    = "conformance/token"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "token" {
  secret_id     = aws_secretsmanager_secret.token.id
  secret_string = "none"
}
