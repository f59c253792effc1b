locals {
  partition        = var.stack.account.partition
  sagemaker_prefix = "arn:${local.partition}:sagemaker:${var.stack.account.region}:${var.stack.account.id}"
  log_groups       = "arn:${local.partition}:logs:${var.stack.account.region}:${var.stack.account.id}:log-group:/aws/sagemaker"

  pipeline_role_arns = { for type, role in aws_iam_role.pipeline : type => "arn:${local.partition}:iam::${var.stack.account.id}:role/${role.name}" }
  job_role_arns      = { for type, role in aws_iam_role.job : type => "arn:${local.partition}:iam::${var.stack.account.id}:role/${role.name}" }

  image_arn = format(
    "arn:%s:ecr:%s:%s:repository/%s",
    local.partition,
    var.stack.account.region,
    data.aws_sagemaker_prebuilt_ecr_image.scikit_learn.registry_id,
    local.image_repository,
  )

  trust_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sagemaker.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.stack.account.id } }
    }]
  })
}

# Two roles per model. SageMaker Pipelines starts jobs and registers as the first; what a stranger's
# repository is parsed by has only the second, which can do neither.
resource "aws_iam_role" "pipeline" {
  for_each = var.models

  name                 = "${var.stack.name_prefix}-${each.key}-pipeline"
  description          = "Starts the jobs of the ${each.key} pipeline and registers what they made."
  assume_role_policy   = local.trust_policy
  permissions_boundary = var.stack.permissions_boundary
}

resource "aws_iam_role" "job" {
  for_each = var.models

  name                 = "${var.stack.name_prefix}-${each.key}-job"
  description          = "Role of the jobs of the ${each.key} pipeline."
  assume_role_policy   = local.trust_policy
  permissions_boundary = var.stack.permissions_boundary
}

resource "aws_iam_role_policy" "pipeline" {
  for_each = var.models

  name   = "pipeline"
  role   = aws_iam_role.pipeline[each.key].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.pipeline_statements[each.key] })
}

resource "aws_iam_role_policy" "job" {
  for_each = var.models

  name = "job"
  role = aws_iam_role.job[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      local.job_statements,
      local.own_statements[each.key],
      [for statement in local.token_statements : statement if each.value.gated],
    )
  })
}

resource "aws_iam_role_policy" "own_starts" {
  for_each = var.own_start_policy == null ? {} : var.models

  name   = "own-starts"
  role   = aws_iam_role.pipeline[each.key].name
  policy = var.own_start_policy
}

resource "aws_iam_role_policy" "own_steps" {
  for_each = var.own_step_policy == null ? {} : var.models

  name   = "own-steps"
  role   = aws_iam_role.job[each.key].name
  policy = var.own_step_policy
}
