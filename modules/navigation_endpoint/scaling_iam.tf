locals {
  scaling_service = "sagemaker.application-autoscaling.amazonaws.com"

  # A scalable target's id is made by AWS, so its service and dimension are all that can be named.
  scaling_conditions = {
    StringEquals = {
      "application-autoscaling:scalable-dimension" = ["sagemaker:variant:DesiredInstanceCount"]
      "application-autoscaling:service-namespace"  = ["sagemaker"]
    }
  }

  scaling_statements = {
    FindEndpoint = {
      actions = ["sagemaker:ListEndpoints"]
      # SageMaker lists no less than everything.
      resources = ["*"]
    }
    # Application Auto Scaling asks for these and the next in the caller's name when a variant is registered.
    ScaleEndpoint = {
      actions   = ["sagemaker:DescribeEndpoint", "sagemaker:UpdateEndpointWeightsAndCapacities"]
      resources = [local.endpoint_arn]
    }
    ReadConfigs = {
      actions   = ["sagemaker:DescribeEndpointConfig"]
      resources = [local.config_arns]
    }
    FindScaling = {
      actions = ["application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies"]
      # Application Auto Scaling describes no less than everything.
      resources = ["*"]
    }
    KeepScaling = {
      actions    = ["application-autoscaling:PutScalingPolicy", "application-autoscaling:RegisterScalableTarget"]
      resources  = [local.scaling_targets]
      conditions = local.scaling_conditions
    }
    KeepScalingAlarms = {
      actions   = ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"]
      resources = ["${local.alarm_prefix}:TargetTracking-endpoint/${var.endpoint_name}/*"]
    }
    CreateServiceLinkedRole = {
      actions    = ["iam:CreateServiceLinkedRole"]
      resources  = ["arn:${var.stack.account.partition}:iam::${var.stack.account.id}:role/aws-service-role/${local.scaling_service}/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"]
      conditions = { StringEquals = { "iam:AWSServiceName" = [local.scaling_service] } }
    }
  }
}
