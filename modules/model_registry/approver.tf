# The one role of the stack that approves; it does nothing else.
resource "aws_iam_role" "approver" {
  count = length(var.approvers) > 0 ? 1 : 0

  name                 = "${var.stack.name_prefix}-model-approver"
  description          = "Views, approves and rejects the versions of the models."
  permissions_boundary = var.stack.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = sort(var.approvers) }
      Action    = "sts:AssumeRole"
    }]
  })
}

module "approver_rights" {
  source = "../model_rights"
  count  = length(var.approvers) > 0 ? 1 : 0

  stack     = var.stack
  name      = aws_iam_role.approver[0].name
  role_name = aws_iam_role.approver[0].name

  statements = {
    ApproveVersions = {
      actions   = ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages", "sagemaker:UpdateModelPackage"]
      resources = { for type, name in local.group_names : type => ["${local.sagemaker}:model-package/${name}/*"] }
    }
    ViewGroups = {
      actions   = ["sagemaker:DescribeModelPackageGroup"]
      resources = { for type, name in local.group_names : type => ["${local.sagemaker}:model-package-group/${name}"] }
    }
  }
}
