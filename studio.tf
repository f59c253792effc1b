module "studio" {
  source = "./modules/studio"
  count  = var.enable_studio ? 1 : 0

  account              = local.account
  log_retention_days   = var.log_retention_days
  may_approve          = contains(var.model_approvers, "studio")
  name_prefix          = var.name_prefix
  output_bucket        = module.model_buckets.output
  permissions_boundary = var.permissions_boundary
  teardown_function    = module.teardown.function

  # By name: the groups carry the domain's ARN, so they are made after it.
  models = {
    for type in keys(local.catalogue) : type => {
      group_name    = "${var.name_prefix}-${type}-model-package-group"
      pipeline_name = "${var.name_prefix}-${type}-pipeline"
    }
  }
}
