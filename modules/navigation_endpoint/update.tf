locals {
  max_receive_count = 5
  update_name       = "${var.stack.name_prefix}-update-endpoint"
}

module "update_function" {
  source = "../lambda_function"

  stack       = var.stack
  alarms      = var.alarms
  name        = local.update_name
  description = "Moves the navigation endpoint to the newest upload that works."
  handler     = "update_endpoint.handler.handle"
  package     = var.packages.update_endpoint
  memory_mb   = 512
  # Inspection and copy of an archive of several gigabytes.
  timeout_seconds   = 900
  policy_statements = local.update_statements

  environment = {
    ANSWER_SECONDS            = tostring(var.rollout.answer_seconds)
    CONTAINER_STARTUP_SECONDS = tostring(var.hosting.container_startup_seconds)
    DATA_CAPTURE_KMS_KEY_ARN  = var.capture.kms_key_arn == null ? "" : var.capture.kms_key_arn
    DATA_CAPTURE_PERCENTAGE   = tostring(var.capture.percentage)
    DATA_CAPTURE_S3_URI       = "s3://${var.upload_bucket.name}/${trimsuffix(var.capture.prefix, "/")}"
    ENDPOINT_NAME             = var.endpoint_name
    EXECUTION_ROLE_ARN        = local.execution_role_arn
    IMAGE_URI                 = local.image_uri
    INFERENCE_AMI_VERSION     = local.ami_version
    INITIAL_INSTANCE_COUNT    = tostring(var.scaling.min_instances)
    INSTANCE_TYPE             = var.hosting.instance_type
    KEEP_RELEASES             = tostring(var.keep_releases)
    LOG_LEVEL                 = "INFO"
    MAX_INSTANCES             = tostring(var.scaling.max_instances)
    MAX_RECEIVE_COUNT         = tostring(local.max_receive_count)
    MODEL_DOWNLOAD_SECONDS    = tostring(var.hosting.model_download_seconds)
    MODEL_ENVIRONMENT         = jsonencode(merge({ NAVIGATION_DEVICE = local.has_gpu ? "cuda" : "cpu" }, var.hosting.environment))
    MODEL_NAME_PREFIX         = local.model_prefix
    NETWORK_ISOLATION         = tostring(var.hosting.network_isolation)
    OFFICE_HOURS              = var.office_hours == null ? "" : jsonencode(var.office_hours)
    POWERTOOLS_SERVICE_NAME   = "update-endpoint"
    RETRY_BASE_SECONDS        = tostring(var.retry_base_seconds)
    ROLLBACK_ALARMS           = jsonencode(sort(values(local.rollback_alarm_names)))
    ROLLBACK_WATCH_SECONDS    = tostring(var.rollout.watch_seconds)
    STACK_NAME                = var.stack.name_prefix
    UPDATE_TIMEOUT_SECONDS    = tostring(var.rollout.timeout_seconds)
    UPLOAD_BUCKET             = var.upload_bucket.name
    VARIANT_NAME              = local.variant_name
  }
}

module "update_queue" {
  source = "../event_queue"

  stack             = var.stack
  alarms            = var.alarms
  name              = local.update_name
  max_receive_count = local.max_receive_count

  function = {
    name            = module.update_function.name
    role_name       = module.update_function.role_name
    timeout_seconds = module.update_function.timeout_seconds
  }

  rules = {
    # The key and no prefix: copies, captured requests and anything else beside it wake nobody.
    upload = {
      description      = "Uploads of the navigation model."
      message_group_id = local.message_group_id
      event_pattern = jsonencode({
        source      = ["aws.s3"]
        detail-type = ["Object Created"]
        detail = {
          bucket = { name = [var.upload_bucket.name] }
          object = { key = [local.upload_key] }
        }
      })
    }
    endpoint = {
      description         = "State changes and the regular sweep of the navigation endpoint."
      message_group_id    = local.message_group_id
      schedule_expression = var.sweep_rate
      event_pattern       = local.endpoint_pattern
    }
  }

  # An event handled before the first release's role may read it would count as a failed release.
  depends_on = [aws_iam_role_policy.execution]
}

moved {
  from = module.update_lane
  to   = module.update_queue
}
