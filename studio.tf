module "studio" {
  source = "./modules/studio"
  count  = var.enable_studio ? 1 : 0

  account              = local.account
  log_retention_days   = var.log_retention_days
  name_prefix          = var.name_prefix
  output_bucket        = module.model_buckets.output
  permissions_boundary = var.permissions_boundary
  teardown_function    = module.teardown.function

  # By name: the groups carry the domain's ARN, so they are made after it.
  group_names    = [for type in keys(local.catalogue) : "${var.name_prefix}-${type}-model-package-group"]
  pipeline_names = [for type in keys(local.catalogue) : "${var.name_prefix}-${type}-pipeline"]
}
