locals {
  job_statements = [
    {
      Sid    = "WriteJobMetrics"
      Effect = "Allow"
      Action = ["cloudwatch:PutMetricData"]
      # CloudWatch has no resource type for metrics; the namespace narrows it.
      Resource  = "*"
      Condition = { StringLike = { "cloudwatch:namespace" = ["/aws/sagemaker/*", "aws/sagemaker/*"] } }
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
      Sid      = "ListOutput"
      Effect   = "Allow"
      Action   = ["s3:GetBucketLocation", "s3:ListBucket"]
      Resource = [var.output_bucket.arn]
    },
    {
      Sid      = "ReadCode"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${var.output_bucket.arn}/code/*"]
    },
    {
      # The prefix of the artifacts is a parameter: no value of it may reach the code, nor what
      # `make restore` has put back.
      Sid      = "NeverWriteElsewhere"
      Effect   = "Deny"
      Action   = ["s3:DeleteObject", "s3:PutObject"]
      Resource = ["${var.output_bucket.arn}/code/*", "${var.output_bucket.arn}/restored/*"]
    },
    {
      Sid    = "NeverRegisterOrApprove"
      Effect = "Deny"
      Action = ["sagemaker:CreateModelPackage", "sagemaker:DeleteModelPackage", "sagemaker:UpdateModelPackage"]
      # Whatever rights of one's own are added: in any group.
      Resource = "*"
    },
  ]

  own_statements = {
    for type, kinds in local.job_kinds : type => [
      {
        Sid      = "KeepArtifacts"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = ["${var.output_bucket.arn}/*/${type}/*"]
      },
      {
        Sid      = "WriteJobLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = flatten([for kind in kinds : [for suffix in ["", ":log-stream:*"] : "${local.log_groups}/${kind}Jobs${suffix}"]])
      },
    ]
  }

  read_token_statement = {
    Sid      = "ReadHuggingFaceToken"
    Effect   = "Allow"
    Action   = ["secretsmanager:GetSecretValue"]
    Resource = [var.hugging_face_token_secret_arn]
  }

  decrypt_token_statements = [
    for key_arn in compact([var.hugging_face_token_kms_key_arn]) : {
      Sid       = "DecryptHuggingFaceToken"
      Effect    = "Allow"
      Action    = ["kms:Decrypt"]
      Resource  = [key_arn]
      Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${split(":", key_arn)[3]}.amazonaws.com" } }
    }
  ]

  token_statements = concat([local.read_token_statement], local.decrypt_token_statements)
}
