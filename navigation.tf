locals {
  # Of the requests that the endpoint captures, in the bucket of its uploads.
  capture_prefix = "data-capture/"

  # With it, a release opens SageMaker's port itself, once its model can answer.
  server_environment = jsondecode(file("${path.module}/navigation_model/server_environment.json"))
}

module "navigation_endpoint" {
  source = "./modules/navigation_endpoint"

  stack              = local.stack
  alarms             = module.observability.alarms
  capture            = { kms_key_arn = var.navigation_capture.kms_key_arn, percentage = var.navigation_capture.percentage, prefix = local.capture_prefix }
  endpoint_name      = local.endpoint_name
  hosting            = merge(var.navigation_hosting, { environment = merge(local.server_environment, var.navigation_hosting.environment) })
  keep_releases      = var.navigation_keep_releases
  office_hours       = var.navigation_office_hours
  packages           = module.lambda_packages.packages
  retry_base_seconds = var.retry_base_seconds
  rollout            = var.navigation_rollout
  scaling            = var.navigation_scaling
  sweep_rate         = var.navigation_sweep_rate
  upload_bucket      = module.model_buckets.endpoint_models
}
