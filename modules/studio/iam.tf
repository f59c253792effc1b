# What people may do in Studio: run these pipelines and view these groups.
resource "aws_iam_role" "user" {
  name                 = "${local.name}-user"
  description          = "Role of the users of the Studio domain."
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

resource "aws_iam_role_policy" "user" {
  name = "studio"
  role = aws_iam_role.user.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "FindInConsole"
        Effect = "Allow"
        Action = [
          "sagemaker:ListApps",
          "sagemaker:ListDomains",
          "sagemaker:ListModelPackageGroups",
          "sagemaker:ListPipelines",
          "sagemaker:ListSpaces",
          "sagemaker:ListUserProfiles",
        ]
        # AWS offers no resource type for these lists.
        Resource = "*"
      },
      {
        Sid      = "ViewArtifacts"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:ListBucket"]
        Resource = [var.output_bucket.arn, "${var.output_bucket.arn}/*"]
      },
      {
        Sid    = "ViewJobLogs"
        Effect = "Allow"
        Action = ["logs:DescribeLogStreams", "logs:GetLogEvents"]
        # CloudWatch Logs checks a list of streams on the group, or on a stream without a name.
        Resource = flatten([
          for kind in ["Processing", "Training"] : [
            for suffix in ["", ":log-stream:", ":log-stream:pipelines-*"] : "${local.logs}:/aws/sagemaker/${kind}Jobs${suffix}"
          ]
        ])
      },
    ]
  })
}

# Users come in through the identity that they have in the console: no role of a domain opens one.
resource "aws_iam_role_policy" "domain" {
  name = "studio-domain"
  role = aws_iam_role.user.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ViewOwnDomain"
      Effect   = "Allow"
      Action   = ["sagemaker:DescribeDomain", "sagemaker:DescribeUserProfile"]
      Resource = [aws_sagemaker_domain.this.arn, "${local.sagemaker}:user-profile/${aws_sagemaker_domain.this.id}/*"]
    }]
  })
}
