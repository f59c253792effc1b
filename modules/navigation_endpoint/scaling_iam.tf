locals {
  scaling_service = "sagemaker.application-autoscaling.amazonaws.com"

  scaling_statements = {
    FindEndpoint = {
      actions = ["sagemaker:ListEndpoints"]
      # SageMaker lists no less than everything.
      resources = ["*"]
    }
    ScaleEndpoint = {
      actions   = ["sagemaker:DescribeEndpoint", "sagemaker:UpdateEndpointWeightsAndCapacities"]
      resources = [local.endpoint_arn]
    }
    FindScaling = {
      actions = ["application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies"]
      # Application Auto Scaling describes no less than everything.
      resources = ["*"]
    }
    KeepScaling = {
      actions   = ["application-autoscaling:PutScalingPolicy", "application-autoscaling:RegisterScalableTarget"]
      resources = [local.scaling_targets]
    }
    KeepScalingAlarms = {
      actions   = ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"]
      resources = ["${local.alarm_prefix}:TargetTracking-endpoint/${var.endpoint_name}/*"]
    }
    CreateServiceLinkedRole = {
      actions    = ["iam:CreateServiceLinkedRole"]
      resources  = ["arn:${var.account.partition}:iam::${var.account.id}:role/aws-service-role/${local.scaling_service}/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"]
      conditions = { StringEquals = { "iam:AWSServiceName" = [local.scaling_service] } }
    }
  }
}
