locals {
  cidr_block   = "10.0.0.0/24" # which no other network needs to reach
  name         = "${var.stack.name_prefix}-studio"
  arn_suffix   = "${var.stack.account.region}:${var.stack.account.id}"
  sagemaker    = "arn:${var.stack.account.partition}:sagemaker:${local.arn_suffix}"
  logs         = "arn:${var.stack.account.partition}:logs:${local.arn_suffix}:log-group"
  flow_log_arn = "${local.logs}:${aws_cloudwatch_log_group.flow.name}"
  studio_logs  = "${local.logs}:/aws/sagemaker/studio"
}

resource "aws_sagemaker_domain" "this" {
  #checkov:skip=CKV_AWS_187:SageMaker encrypts the homes with a key of AWS's; people write no data of users there.
  domain_name             = local.name
  auth_mode               = "IAM"
  app_network_access_type = "PublicInternetOnly"
  vpc_id                  = aws_vpc.this.id
  subnet_ids              = aws_subnet.this[*].id

  default_user_settings {
    execution_role      = aws_iam_role.user.arn
    default_landing_uri = "studio::"
    studio_web_portal   = "ENABLED"
  }

  retention_policy {
    home_efs_file_system = "Delete"
  }

  # The domain goes first, then what SageMaker put into the network for it, then the network.
  depends_on = [aws_lambda_invocation.network]
}

resource "aws_sagemaker_user_profile" "this" {
  domain_id         = aws_sagemaker_domain.this.id
  user_profile_name = "default"
}
