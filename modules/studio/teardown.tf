# Before the user profile and the domain go: what people opened in them.
resource "aws_lambda_invocation" "contents" {
  function_name   = var.teardown_function.name
  input           = jsonencode({ stage = "studio", domain_id = aws_sagemaker_domain.this.id })
  lifecycle_scope = "CRUD"

  depends_on = [aws_iam_role_policy.contents, aws_sagemaker_user_profile.this]
}

# After the domain is gone and before the network goes: the groups that SageMaker made in it. The
# file system's interfaces keep them for a while.
resource "aws_lambda_invocation" "network" {
  function_name   = var.teardown_function.name
  input           = jsonencode({ stage = "network", vpc_id = aws_vpc.this.id })
  lifecycle_scope = "CRUD"

  depends_on = [aws_iam_role_policy.network, aws_subnet.this]
}

# Forgotten, as destroying it would run the cleanup.
removed {
  from = aws_lambda_invocation.network_last

  lifecycle {
    destroy = false
  }
}

resource "aws_iam_role_policy" "contents" {
  name = "studio-contents"
  role = var.teardown_function.role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "FindContents"
        Effect = "Allow"
        Action = ["logs:DescribeLogGroups", "sagemaker:ListApps", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"]
        # AWS offers no resource type for these lists.
        Resource = "*"
      },
      {
        Sid      = "RemoveContents"
        Effect   = "Allow"
        Action   = ["sagemaker:DeleteApp", "sagemaker:DeleteSpace", "sagemaker:DeleteUserProfile"]
        Resource = [for kind in ["app", "space", "user-profile"] : "${local.sagemaker}:${kind}/${aws_sagemaker_domain.this.id}/*"]
      },
      {
        Sid      = "RemoveLogs"
        Effect   = "Allow"
        Action   = ["logs:DeleteLogGroup", "logs:DescribeLogStreams"]
        Resource = [local.studio_logs, "${local.studio_logs}:*"]
      },
      {
        Sid      = "RemoveLogStreams"
        Effect   = "Allow"
        Action   = ["logs:DeleteLogStream"]
        Resource = ["${local.studio_logs}:log-stream:${aws_sagemaker_domain.this.id}/*"]
      },
    ]
  })
}

resource "aws_iam_role_policy" "network" {
  name = "studio-network"
  role = var.teardown_function.role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "FindGroups"
        Effect = "Allow"
        Action = ["ec2:DescribeSecurityGroups"]
        # AWS offers no resource type for this list.
        Resource = "*"
      },
      {
        Sid      = "RemoveGroupsOfOwnNetwork"
        Effect   = "Allow"
        Action   = ["ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"]
        Resource = ["arn:${var.stack.account.partition}:ec2:${local.arn_suffix}:security-group/*"]
        Condition = {
          ArnEquals = { "ec2:Vpc" = "arn:${var.stack.account.partition}:ec2:${local.arn_suffix}:vpc/${aws_vpc.this.id}" }
        }
      },
    ]
  })
}
