locals {
  regional  = "${var.account.region}:${var.account.id}"
  sagemaker = "arn:${var.account.partition}:sagemaker:${local.regional}"
  logs      = "arn:${var.account.partition}:logs:${local.regional}:log-group"

  job_log_group      = "${local.logs}:/aws/sagemaker/ProcessingJobs"
  endpoint_log_group = "${local.logs}:/aws/sagemaker/Endpoints/${var.endpoint_name}"

  list_statements = {
    FindByName = {
      actions = [
        "sagemaker:ListEndpointConfigs",
        "sagemaker:ListEndpoints",
        "sagemaker:ListModelPackageGroups",
        "sagemaker:ListModels",
      ]
      # AWS offers no resource type for these lists.
      resources = ["*"]
    }
    FindScaling = {
      actions = ["application-autoscaling:DescribeScalableTargets"]
      # AWS offers no resource type for this list.
      resources = ["*"]
    }
    FindAlarms = {
      actions   = ["cloudwatch:DescribeAlarms"]
      resources = ["arn:${var.account.partition}:cloudwatch:${local.regional}:alarm:*"]
    }
    FindLogGroups = {
      actions = ["logs:DescribeLogGroups"]
      # AWS offers no resource type for this list.
      resources = ["*"]
    }
  }

  fence_statements = {
    FenceOffFunctions = {
      actions   = ["iam:DeleteRolePolicy", "iam:ListRolePolicies"]
      resources = [for writer in var.writer_names : "arn:${var.account.partition}:iam::${var.account.id}:role/${writer}"]
    }
  }

  navigation_statements = {
    RemoveEndpoint = {
      actions   = ["sagemaker:DeleteEndpoint", "sagemaker:DescribeEndpoint"]
      resources = ["${local.sagemaker}:endpoint/${var.endpoint_name}"]
    }
    RemoveConfigs = {
      actions   = ["sagemaker:DeleteEndpointConfig", "sagemaker:ListTags"]
      resources = ["${local.sagemaker}:endpoint-config/${var.name_prefix}-*"]
    }
    RemoveModels = {
      actions   = ["sagemaker:DeleteModel", "sagemaker:ListTags"]
      resources = ["${local.sagemaker}:model/${var.name_prefix}-*"]
    }
    RemoveScaling = {
      actions   = ["application-autoscaling:DeregisterScalableTarget"]
      resources = ["arn:${var.account.partition}:application-autoscaling:${local.regional}:scalable-target/*"]
    }
    RemoveScalingAlarms = {
      actions   = ["cloudwatch:DeleteAlarms"]
      resources = ["arn:${var.account.partition}:cloudwatch:${local.regional}:alarm:TargetTracking-endpoint/${var.endpoint_name}/variant/*"]
    }
    RemoveLogGroups = {
      actions   = ["logs:DeleteLogGroup", "logs:DescribeLogStreams"]
      resources = [local.endpoint_log_group, "${local.endpoint_log_group}:*", local.job_log_group, "${local.job_log_group}:*"]
    }
    RemoveJobLogs = {
      actions   = ["logs:DeleteLogStream"]
      resources = ["${local.job_log_group}:log-stream:pipelines-*"]
    }
  }

  statements = merge(
    local.fence_statements,
    local.list_statements,
    local.navigation_statements,
  )
}

resource "aws_iam_role_policy" "cleanup" {
  name = "cleanup"
  role = var.function.role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for sid, statement in local.statements :
      { Sid = sid, Effect = "Allow", Action = statement.actions, Resource = statement.resources }
      if length(statement.resources) > 0
    ]
  })
}

# One policy per model, so that it goes after the invocation that needs it.
resource "aws_iam_role_policy" "model" {
  for_each = var.models

  name = "model-${each.key}"
  role = var.function.role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "RemoveVersions"
        Effect   = "Allow"
        Action   = ["sagemaker:DeleteModelPackage", "sagemaker:ListModelPackages"]
        Resource = "${local.sagemaker}:model-package/${each.value.group_name}/*"
      },
      {
        Sid    = "StopExecutions"
        Effect = "Allow"
        Action = [
          "sagemaker:DescribePipelineExecution",
          "sagemaker:ListPipelineExecutions",
          "sagemaker:StopPipelineExecution",
        ]
        Resource = [
          "${local.sagemaker}:pipeline/${each.value.pipeline_name}",
          "${local.sagemaker}:pipeline/${each.value.pipeline_name}/execution/*",
        ]
      },
    ]
  })
}
