module "teardown" {
  source = "./modules/teardown"

  account              = local.account
  log_retention_days   = var.log_retention_days
  name_prefix          = var.name_prefix
  package              = module.lambda_packages.packages["teardown"]
  permissions_boundary = var.permissions_boundary
  settle_seconds       = var.teardown_settle_seconds

  keep = {
    deletion_protection  = var.deletion_protection
    retain_buckets       = var.retain_buckets
    retain_models        = var.retain_models
    user_pool_protection = var.sign_in.deletion_protection
  }
}

module "teardown_run" {
  source = "./modules/teardown_run"

  account           = local.account
  endpoint_name     = local.endpoint_name
  function          = module.teardown.function
  model_name_prefix = "${var.name_prefix}-navigation"
  name_prefix       = var.name_prefix

  models = {
    for type, group_name in module.model_registry.group_names : type => {
      group_name    = group_name
      pipeline_name = module.model_pipelines.pipeline_names[type]
    }
  }

  writer_names = [for consumer in values(local.consumers) : consumer.function_name]

  # Made after all of these, and therefore run before any of them is destroyed.
  depends_on = [
    module.amplify_settings,
    module.http_api,
    module.model_buckets,
    module.model_pipelines,
    module.model_promotion,
    module.model_registry,
    module.navigation_endpoint,
    module.observability,
    module.sign_in,
    module.studio,
    module.teardown,
  ]
}

module "teardown_guard" {
  source = "./modules/teardown_guard"

  function_name = module.teardown.function.name

  depends_on = [module.event_sources]
}
