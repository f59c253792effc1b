locals {
  execution_role_name = "${var.stack.name_prefix}-navigation-endpoint"
  execution_role_arn  = "arn:${var.stack.account.partition}:iam::${var.stack.account.id}:role/${aws_iam_role.execution.name}"
  endpoint_log_group  = "arn:${var.stack.account.partition}:logs:${var.stack.account.region}:${var.stack.account.id}:log-group:${aws_cloudwatch_log_group.endpoint.name}"

  # S3 asks for both where it encrypts an object with the key, the second for one in parts.
  capture_key_statements = [
    for arn in compact([var.capture.kms_key_arn]) : {
      Sid       = "EncryptCaptures"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = [arn]
      Condition = { StringEquals = { "kms:ViaService" = "s3.${var.stack.account.region}.amazonaws.com" } }
    }
  ]

  image     = regex("^(?P<registry>[0-9]+)\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[a-z.]+/(?P<repository>[^:@]+)", local.image_uri)
  image_arn = "arn:${var.stack.account.partition}:ecr:${local.image.region}:${local.image.registry}:repository/${local.image.repository}"
}

resource "aws_iam_role" "execution" {
  name                 = local.execution_role_name
  description          = "Role of the navigation endpoint's models."
  permissions_boundary = var.stack.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sagemaker.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.stack.account.id } }
    }]
  })
}

resource "aws_iam_role_policy" "execution" {
  name = "endpoint"
  role = aws_iam_role.execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.capture_key_statements, [
      {
        Sid      = "ListReleases"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [var.upload_bucket.arn]
      },
      {
        Sid      = "ReadReleases"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${var.upload_bucket.arn}/releases/*"]
      },
      {
        Sid      = "CaptureRequests"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["${var.upload_bucket.arn}/${var.capture.prefix}*"]
      },
      {
        Sid    = "LogInToImageRegistry"
        Effect = "Allow"
        Action = ["ecr:GetAuthorizationToken"]
        # A registry login has no resource type.
        Resource = "*"
      },
      {
        Sid      = "PullImage"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = [local.image_arn]
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = [local.endpoint_log_group, "${local.endpoint_log_group}:log-stream:*"]
      },
      {
        Sid    = "WriteMetrics"
        Effect = "Allow"
        Action = ["cloudwatch:PutMetricData"]
        # CloudWatch has no resource type for metrics; the namespace narrows it.
        Resource  = "*"
        Condition = { StringLike = { "cloudwatch:namespace" = ["/aws/sagemaker/*", "aws/sagemaker/*"] } }
      },
      {
        # SageMaker's guide to deployment guardrails asks for it on this role too.
        Sid      = "WatchRollbackAlarms"
        Effect   = "Allow"
        Action   = ["cloudwatch:DescribeAlarms"]
        Resource = local.rollback_alarm_arns
      },
    ])
  })
}
