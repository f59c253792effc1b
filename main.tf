provider "aws" {
  region = var.region

  default_tags {
    # Ours count: the commands tell one stack from another by the tag `project`.
    tags = merge(var.tags, { project = var.name_prefix, managed-by = "terraform" })
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account = {
    id        = data.aws_caller_identity.current.account_id
    partition = data.aws_partition.current.partition
    region    = data.aws_region.current.id
  }

  # What every module gets.
  stack = {
    account              = local.account
    log_retention_days   = var.log_retention_days
    name_prefix          = var.name_prefix
    permissions_boundary = var.permissions_boundary
  }

  # The contract names the endpoint without the prefix; only further stacks need one.
  endpoint_name = join("-", compact([
    var.name_prefix == "vis-assis" ? "" : var.name_prefix,
    "paligemma-endpoint",
    local.account.id,
  ]))

  catalogue = yamldecode(file("${path.module}/models.yaml")).models

  models = {
    for type, model in local.catalogue : type => {
      basis         = jsonencode(model)
      gated         = try(model.gated, false)
      group_name    = module.model_registry.group_names[type]
      instance_type = coalesce(try(model.instance_type, null), var.processing_instance_type)
      revision      = lookup(var.model_revisions, type, model.revision)
    }
  }
}

module "observability" {
  source = "./modules/observability"

  stack          = local.stack
  alarm_email    = var.alarm_email
  monthly_budget = var.monthly_budget
  runbook_url    = var.runbook_url
}

module "dashboard" {
  source = "./modules/dashboard"

  stack              = local.stack
  api_id             = module.http_api.api_id
  dead_letter_queues = [for url in concat([module.model_promotion.dead_letter_queue_url], values(module.navigation_endpoint.dead_letter_queue_urls)) : basename(url)]
  endpoint           = { name = local.endpoint_name, variant = module.navigation_endpoint.variant_name }
  link_function      = module.http_api.function_names["model_urls"]
  pipelines          = values(module.model_pipelines.pipeline_names)
  production_bucket  = module.model_buckets.production.name
  promotion_function = module.model_promotion.function_name
  queues             = [for url in concat([module.model_promotion.queue_url], values(module.navigation_endpoint.queue_urls)) : basename(url)]
}

module "lambda_packages" {
  source = "./modules/lambda_packages"

  repository = path.module
}

module "model_buckets" {
  source = "./modules/model_buckets"

  stack                   = local.stack
  browser_origins         = local.allowed_origins
  capture                 = { prefix = local.capture_prefix, retention_days = var.navigation_capture.retention_days }
  force_destroy           = var.force_destroy
  noncurrent_version_days = var.noncurrent_version_days
  production_uploaders    = var.production_uploaders

  # By name: the role's rights name the bucket.
  promotion_role_arn = "arn:${local.account.partition}:iam::${local.account.id}:role/${var.name_prefix}-promote-model"
}

module "model_registry" {
  source = "./modules/model_registry"

  stack             = local.stack
  approvers         = [for approver in var.model_approvers : approver if approver != "studio"]
  model_types       = toset(keys(local.catalogue))
  studio_domain_arn = one(module.studio[*].domain_arn)
}

module "model_pipelines" {
  source = "./modules/model_pipelines"

  stack                          = local.stack
  allowed_instance_types         = var.allowed_instance_types
  allowed_licences               = var.allowed_licences
  code_dir                       = "${path.module}/pipeline_defs/steps"
  definitions_dir                = "${path.module}/pipeline_defs/definitions"
  hugging_face_token_kms_key_arn = var.hugging_face_token_kms_key_arn
  hugging_face_token_secret_arn  = var.hugging_face_token_secret_arn
  models                         = local.models
  output_bucket                  = module.model_buckets.output
  own_start_policy               = var.pipeline_start_policy
  own_step_policy                = var.pipeline_step_policy
  processing_image_digest        = var.processing_image_digest
}

module "model_promotion" {
  source = "./modules/model_promotion"

  stack              = local.stack
  alarms             = module.observability.alarms
  group_name_form    = module.model_registry.group_name_form
  groups             = module.model_registry.group_names
  index              = { days = var.model_index_days, signing_keys = var.model_signing ? var.model_signing_keys : [] }
  output_bucket      = module.model_buckets.output
  package            = module.lambda_packages.packages["promote_model"]
  production_bucket  = module.model_buckets.production
  retry_base_seconds = var.retry_base_seconds
  sweep_rate         = var.promotion_sweep_rate
}

module "studio" {
  source = "./modules/studio"
  count  = var.enable_studio ? 1 : 0

  stack             = local.stack
  may_approve       = contains(var.model_approvers, "studio")
  output_bucket     = module.model_buckets.output
  teardown_function = module.teardown.function

  # By name: the groups carry the domain's ARN, so they are made after it.
  models = {
    for type in keys(local.catalogue) : type => {
      group_name    = "${var.name_prefix}-${type}-model-package-group"
      pipeline_name = "${var.name_prefix}-${type}-pipeline"
    }
  }
}
