locals {
  job_statements = [
    {
      Sid      = "RunJobs"
      Effect   = "Allow"
      Action   = ["sagemaker:AddTags", "sagemaker:CreateProcessingJob", "sagemaker:DescribeProcessingJob", "sagemaker:StopProcessingJob"]
      Resource = ["${local.sagemaker_prefix}:processing-job/*"]
    },
    {
      Sid      = "WriteJobLogs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      Resource = [local.job_log_group, "${local.job_log_group}:log-stream:*"]
    },
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
      # The prefix of the artifacts is a parameter: no value of it may reach the code.
      Sid      = "NeverWriteCode"
      Effect   = "Deny"
      Action   = ["s3:DeleteObject", "s3:PutObject"]
      Resource = ["${var.output_bucket.arn}/code/*"]
    },
  ]

  model_statements = {
    for type, model in var.models : type => [
      {
        Sid       = "PassOwnRoleToJobs"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [local.role_arns[type]]
        Condition = { StringEquals = { "iam:PassedToService" = "sagemaker.amazonaws.com" } }
      },
      {
        Sid      = "KeepArtifacts"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = ["${var.output_bucket.arn}/*/${type}/*"]
      },
      {
        Sid    = "RegisterVersions"
        Effect = "Allow"
        Action = ["sagemaker:AddTags", "sagemaker:CreateModelPackage", "sagemaker:DescribeModelPackage", "sagemaker:DescribeModelPackageGroup"]
        Resource = [
          "${local.sagemaker_prefix}:model-package-group/${model.group_name}",
          "${local.sagemaker_prefix}:model-package/${model.group_name}/*",
        ]
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
