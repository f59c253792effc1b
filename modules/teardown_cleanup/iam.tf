locals {
  regional  = "${var.stack.account.region}:${var.stack.account.id}"
  sagemaker = "arn:${var.stack.account.partition}:sagemaker:${local.regional}"
  logs      = "arn:${var.stack.account.partition}:logs:${local.regional}:log-group"

  job_log_groups     = [for kind in ["Processing", "Training"] : "${local.logs}:/aws/sagemaker/${kind}Jobs"]
  endpoint_log_group = "${local.logs}:/aws/sagemaker/Endpoints/${var.endpoint_name}"

  statements = {
    RevokeFirst = {
      actions   = ["iam:DeleteRolePolicy", "iam:ListRolePolicies"]
      resources = [for writer in var.writer_names : "arn:${var.stack.account.partition}:iam::${var.stack.account.id}:role/${writer}"]
    }
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
      resources = ["arn:${var.stack.account.partition}:cloudwatch:${local.regional}:alarm:*"]
    }
    FindLogGroups = {
      actions = ["logs:DescribeLogGroups"]
      # AWS offers no resource type for this list.
      resources = ["*"]
    }
    RemoveEndpoint = {
      actions   = ["sagemaker:DeleteEndpoint"]
      resources = ["${local.sagemaker}:endpoint/${var.endpoint_name}"]
    }
    RemoveConfigs = {
      actions   = ["sagemaker:DeleteEndpointConfig"]
      resources = ["${local.sagemaker}:endpoint-config/${var.stack.name_prefix}-*"]
    }
    RemoveModels = {
      actions   = ["sagemaker:DeleteModel"]
      resources = ["${local.sagemaker}:model/${var.stack.name_prefix}-*"]
    }
    RemoveScaling = {
      actions   = ["application-autoscaling:DeregisterScalableTarget"]
      resources = ["arn:${var.stack.account.partition}:application-autoscaling:${local.regional}:scalable-target/*"]
      # Scalable targets have ids that AWS makes up.
      conditions = { StringEquals = {
        "application-autoscaling:scalable-dimension" = "sagemaker:variant:DesiredInstanceCount"
        "application-autoscaling:service-namespace"  = "sagemaker"
      } }
    }
    RemoveScalingAlarms = {
      actions   = ["cloudwatch:DeleteAlarms"]
      resources = ["arn:${var.stack.account.partition}:cloudwatch:${local.regional}:alarm:TargetTracking-endpoint/${var.endpoint_name}/variant/*"]
    }
    RemoveLogGroups = {
      actions   = ["logs:DeleteLogGroup", "logs:DescribeLogStreams"]
      resources = flatten([for group in concat([local.endpoint_log_group], local.job_log_groups) : [group, "${group}:*"]])
    }
    RemoveJobLogs = {
      actions   = ["logs:DeleteLogStream"]
      resources = [for group in local.job_log_groups : "${group}:log-stream:pipelines-*"]
    }
  }
}

resource "aws_iam_role_policy" "cleanup" {
  name = "cleanup"
  role = var.function.role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for sid, statement in local.statements : merge(
        { Sid = sid, Effect = "Allow", Action = statement.actions, Resource = statement.resources },
        can(statement.conditions) ? { Condition = statement.conditions } : {},
      )
      if length(statement.resources) > 0
    ]
  })
}

# Not inline: fifty models would not fit. The policies go after the invocations that need them.
module "model_rights" {
  source = "../model_rights"

  stack     = var.stack
  name      = "${var.function.role_name}-models"
  role_name = var.function.role_name

  statements = {
    RemoveVersions = {
      actions = ["sagemaker:DeleteModelPackage", "sagemaker:ListModelPackages"]
      resources = {
        for type, model in var.models : type => ["${local.sagemaker}:model-package/${model.group_name}/*"]
      }
    }
    StopExecutions = {
      actions = ["sagemaker:ListPipelineExecutions", "sagemaker:StopPipelineExecution"]
      resources = {
        for type, model in var.models : type => [
          "${local.sagemaker}:pipeline/${model.pipeline_name}",
          "${local.sagemaker}:pipeline/${model.pipeline_name}/execution/*",
        ]
      }
    }
  }
}
