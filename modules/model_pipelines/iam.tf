locals {
  partition        = var.account.partition
  sagemaker_prefix = "arn:${local.partition}:sagemaker:${var.account.region}:${var.account.id}"
  job_log_group    = "arn:${local.partition}:logs:${var.account.region}:${var.account.id}:log-group:/aws/sagemaker/ProcessingJobs"
  role_arns        = { for type, role in aws_iam_role.pipeline : type => "arn:${local.partition}:iam::${var.account.id}:role/${role.name}" }

  image_arn = format(
    "arn:%s:ecr:%s:%s:repository/%s",
    local.partition,
    var.account.region,
    data.aws_sagemaker_prebuilt_ecr_image.scikit_learn.registry_id,
    local.image_repository,
  )
}

# One role per model: a pipeline can neither register in another's group nor read its token.
resource "aws_iam_role" "pipeline" {
  for_each = var.models

  name                 = "${var.name_prefix}-${each.key}-pipeline"
  description          = "Role of the ${each.key} pipeline and of its jobs."
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sagemaker.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account.id } }
    }]
  })
}

resource "aws_iam_role_policy" "own_steps" {
  for_each = var.own_step_policy == null ? {} : var.models

  name   = "own-steps"
  role   = aws_iam_role.pipeline[each.key].name
  policy = var.own_step_policy
}

resource "aws_iam_role_policy" "pipeline" {
  for_each = var.models

  name = "pipeline"
  role = aws_iam_role.pipeline[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      local.job_statements,
      local.model_statements[each.key],
      [for statement in local.token_statements : statement if each.value.gated],
    )
  })
}
