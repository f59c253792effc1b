locals {
  sagemaker_prefix  = "arn:${var.stack.account.partition}:sagemaker:${var.stack.account.region}:${var.stack.account.id}"
  scaling_prefix    = "arn:${var.stack.account.partition}:application-autoscaling:${var.stack.account.region}:${var.stack.account.id}"
  endpoint_arn      = "${local.sagemaker_prefix}:endpoint/${var.endpoint_name}"
  config_arns       = "${local.sagemaker_prefix}:endpoint-config/${local.model_prefix}-*"
  model_arns        = "${local.sagemaker_prefix}:model/${local.model_prefix}-*"
  scaling_targets   = "${local.scaling_prefix}:scalable-target/*"
  upload_key        = "paligemma/model.tar.gz"
  status_key        = "status/navigation.json"
  kept_object_arns  = [for prefix in ["releases/*", "staging/*"] : "${var.upload_bucket.arn}/${prefix}"]
  known_object_arns = [for key in [local.upload_key, local.status_key] : "${var.upload_bucket.arn}/${key}"]

  update_statements = {
    ListUploads = {
      # On the whole bucket: a missing object would otherwise answer 403.
      actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
      resources = [var.upload_bucket.arn]
    }
    ReadUploads = {
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = concat(local.kept_object_arns, local.known_object_arns)
    }
    KeepReleases = {
      actions = [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:PutObject",
        "s3:PutObjectTagging",
      ]
      resources = local.kept_object_arns
    }
    WriteStatus = {
      actions   = ["s3:PutObject"]
      resources = ["${var.upload_bucket.arn}/${local.status_key}"]
    }
    FindOwn = {
      actions = ["sagemaker:ListEndpointConfigs", "sagemaker:ListEndpoints", "sagemaker:ListModels"]
      # SageMaker lists no less than everything.
      resources = ["*"]
    }
    RunEndpoint = {
      actions   = ["sagemaker:AddTags", "sagemaker:DeleteEndpoint", "sagemaker:DescribeEndpoint"]
      resources = [local.endpoint_arn]
    }
    AskEndpoint = {
      # A release serves once it has answered.
      actions   = ["sagemaker:InvokeEndpoint"]
      resources = [local.endpoint_arn]
    }
    ChangeEndpoint = {
      actions   = ["sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint"]
      resources = [local.endpoint_arn, local.config_arns]
    }
    MakeConfigs = {
      actions = [
        "sagemaker:AddTags",
        "sagemaker:CreateEndpointConfig",
        "sagemaker:DeleteEndpointConfig",
        "sagemaker:DescribeEndpointConfig",
      ]
      resources = [local.config_arns]
    }
    MakeModels = {
      actions   = ["sagemaker:AddTags", "sagemaker:CreateModel", "sagemaker:DeleteModel", "sagemaker:DescribeModel"]
      resources = [local.model_arns]
    }
    PassExecutionRole = {
      actions    = ["iam:PassRole"]
      resources  = [local.execution_role_arn]
      conditions = { StringEquals = { "iam:PassedToService" = ["sagemaker.amazonaws.com"] } }
    }
    WatchRollbackAlarms = {
      actions   = ["cloudwatch:DescribeAlarms"]
      resources = local.rollback_alarm_arns
    }
    FindScaling = {
      actions = ["application-autoscaling:DescribeScalableTargets"]
      # Application Auto Scaling describes no less than everything.
      resources = ["*"]
    }
    EndScaling = {
      actions    = ["application-autoscaling:DeregisterScalableTarget"]
      resources  = [local.scaling_targets]
      conditions = local.scaling_conditions
    }
  }
}
