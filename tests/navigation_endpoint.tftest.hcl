mock_provider "aws" {
  mock_data "aws_sagemaker_prebuilt_ecr_image" {
    defaults = {
      registry_path = "763104351884.dkr.ecr.eu-west-1.amazonaws.com/huggingface-pytorch-inference:2.6.0"
    }
  }
}

variables {
  alarms        = { runbooks = "docs/operations.md", topic_arn = "arn:aws:sns:eu-west-1:123456789012:alarms" }
  capture       = { kms_key_arn = null, percentage = 5, prefix = "data-capture/" }
  endpoint_name = "paligemma-endpoint-123456789012"
  hosting = {
    container_startup_seconds = 900
    environment               = {}
    image_uri                 = null
    inference_ami_version     = null
    instance_type             = "ml.g5.xlarge"
    model_download_seconds    = 1800
    network_isolation         = true
  }
  keep_releases      = 3
  retry_base_seconds = 30
  rollout            = { answer_seconds = 900, max_error_share = 0.1, max_latency_ms = 10000, timeout_seconds = 10800, watch_seconds = 300 }
  scaling = {
    max_instances              = 2
    metric                     = "SageMakerVariantInvocationsPerInstance"
    min_instances              = 1
    scale_in_cooldown_seconds  = 600
    scale_out_cooldown_seconds = 60
    users_per_instance         = 2.5
  }
  sweep_rate    = "rate(5 minutes)"
  upload_bucket = { arn = "arn:aws:s3:::uploads", name = "uploads" }
  packages      = { setup_autoscaling = { path = "./no-such.zip", source_hash = "one" }, update_endpoint = { path = "./no-such.zip", source_hash = "one" } }

  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "the_execution_role_reaches_its_own_only" {
  command = plan

  module {
    source = "./modules/navigation_endpoint"
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Sid => statement.Resource
      if contains(["CaptureRequests", "PullImage", "ReadReleases"], statement.Sid)
      } == {
      CaptureRequests = ["arn:aws:s3:::uploads/data-capture/*"]
      PullImage       = ["arn:aws:ecr:eu-west-1:763104351884:repository/huggingface-pytorch-inference"]
      ReadReleases    = ["arn:aws:s3:::uploads/releases/*"]
    }
    error_message = "The role reaches other objects or images than its own."
  }

  assert {
    condition     = jsondecode(aws_iam_role.execution.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "Another account's endpoints could use the role."
  }
}

run "pulls_the_image_of_ones_own_registry" {
  command = plan

  module {
    source = "./modules/navigation_endpoint"
  }

  variables {
    hosting = {
      container_startup_seconds = 900
      environment               = {}
      image_uri                 = "210987654321.dkr.ecr.eu-central-1.amazonaws.com/team/paligemma@sha256:0123456789abcdef"
      inference_ami_version     = "al2023-ami-sagemaker-inference-gpu-4-1"
      instance_type             = "ml.g6.xlarge"
      model_download_seconds    = 1800
      network_isolation         = true
    }
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Resource if statement.Sid == "PullImage"
    ]) == ["arn:aws:ecr:eu-central-1:210987654321:repository/team/paligemma"]
    error_message = "The role cannot pull the chosen image."
  }
}

run "encrypts_captures_with_the_key_that_it_is_given" {
  command = plan

  module {
    source = "./modules/navigation_endpoint"
  }

  variables {
    capture = { kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/k", percentage = 5, prefix = "data-capture/" }
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement if statement.Sid == "EncryptCaptures"
    ]).Resource == ["arn:aws:kms:eu-west-1:123456789012:key/k"]
    error_message = "The role cannot use the key of the captures."
  }
}

run "alarms_on_what_rolls_back_and_on_what_fails" {
  command = plan

  module {
    source = "./modules/navigation_endpoint"
  }

  assert {
    condition = alltrue([
      for alarm in [aws_cloudwatch_metric_alarm.latency, aws_cloudwatch_metric_alarm.server_errors] :
      alarm.dimensions == tomap({ EndpointName = "paligemma-endpoint-123456789012", VariantName = "navigation" }) && alarm.treat_missing_data == "notBreaching"
    ])
    error_message = "A rollback alarm watches something else, or rolls back what nobody calls."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.latency.threshold == 10000000
    error_message = "The latency is not in microseconds."
  }

  assert {
    condition = {
      for key, alarm in aws_cloudwatch_metric_alarm.release : alarm.metric_name => alarm.alarm_name
      } == {
      ReleaseFailed  = "vis-assis-navigation-release-failed"
      ReleaseRefused = "vis-assis-navigation-release-refused"
    }
    error_message = "A failed or refused release does not alarm."
  }
}

run "only_its_own_rule_invokes_the_scaling_function" {
  command = plan

  module {
    source = "./modules/navigation_endpoint"
  }

  assert {
    condition = (
      aws_lambda_permission.scaling.principal == "events.amazonaws.com" &&
      aws_lambda_permission.scaling.source_arn == "arn:aws:events:eu-west-1:123456789012:rule/vis-assis-setup-autoscaling-endpoint" &&
      aws_cloudwatch_event_rule.scaling.name == "vis-assis-setup-autoscaling-endpoint"
    )
    error_message = "Another rule may invoke the function, or its own may not."
  }
}

run "scales_by_users_on_either_metric" {
  command = plan

  module {
    source = "./modules/navigation_endpoint"
  }

  variables {
    scaling = {
      max_instances              = 2
      metric                     = "SageMakerVariantConcurrentRequestsPerModelHighResolution"
      min_instances              = 1
      scale_in_cooldown_seconds  = 600
      scale_out_cooldown_seconds = 60
      users_per_instance         = 5
    }
  }

  assert {
    condition     = local.scaling_target == 2.5
    error_message = "The target is not half a request at the model for each of five users."
  }
}
