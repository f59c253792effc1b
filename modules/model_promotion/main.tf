locals {
  max_receive_count = 5
  name              = "${var.stack.name_prefix}-promote-model"
}

module "function" {
  source = "../lambda_function"

  stack       = var.stack
  alarms      = var.alarms
  name        = local.name
  description = "Makes the index name the newest release candidate of each model type that can be served."
  handler     = "promote_model.handler.handle"
  package     = var.package
  # Release candidates that are not served: no error of the function, as trying again changes nothing.
  failure_metrics = ["RefusedCandidates"]
  # A whole processor, which compresses some 40 MB a second.
  memory_mb = 1769
  # Several gigabytes, of which the first run reads every byte.
  timeout_seconds   = 900
  policy_statements = local.policy_statements

  environment = {
    COPY_IN_PARTS_ABOVE     = tostring(5120 * 1024 * 1024) # S3 copies at most 5 GiB in one
    CATALOGUE               = jsonencode({ group = var.group_name_form, types = keys(var.groups) })
    INDEX_DAYS              = tostring(var.index.days)
    LOG_LEVEL               = "INFO"
    MAX_RECEIVE_COUNT       = tostring(local.max_receive_count)
    POWERTOOLS_SERVICE_NAME = "promote-model"
    PRODUCTION_BUCKET       = var.production_bucket.name
    RETRY_BASE_SECONDS      = tostring(var.retry_base_seconds)
    SIGNING_KEY             = local.signing_key
  }
}

# The index is there before the API that reads it is: at first deployment and at every update.
resource "aws_lambda_invocation" "index" {
  function_name = module.function.name
  input         = jsonencode({ build_index = true })
  triggers      = { code = var.package.source_hash, signing_key = local.signing_key }

  # Beside the function, the permissions of its role.
  depends_on = [module.function, module.model_rights]
}

module "event_queue" {
  source = "../event_queue"

  stack             = var.stack
  alarms            = var.alarms
  name              = local.name
  max_receive_count = local.max_receive_count

  function = {
    name            = module.function.name
    role_name       = module.function.role_name
    timeout_seconds = module.function.timeout_seconds
  }

  # One rule with all: an event that gets lost, or the deletion of a version, which emits none, is
  # made up for by the schedule. Promotion's own writes wake it once more, and it finds nothing to do.
  rules = {
    for type, group in var.groups : type => {
      description         = "Approval changes, uploads and the regular sweep of the ${type} model."
      message_group_id    = type
      schedule_expression = var.sweep_rate
      event_pattern = jsonencode({
        "$or" = [
          {
            source      = ["aws.sagemaker"]
            detail-type = ["SageMaker Model Package State Change"]
            detail      = { ModelPackageGroupName = [group] }
          },
          {
            source      = ["aws.s3"]
            detail-type = ["Object Created", "Object Deleted"]
            detail = {
              bucket = { name = [var.production_bucket.name] }
              object = { key = [{ prefix = "${type}/" }] }
            }
          },
        ]
      })
    }
  }
}

moved {
  from = module.lane
  to   = module.event_queue
}
