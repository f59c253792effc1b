module "teardown" {
  source = "./modules/teardown"

  account            = local.account
  alarm_topic_arn    = module.observability.alarm_topic_arn
  endpoint_name      = local.endpoint_name
  group_names        = values(module.model_registry.group_names)
  log_retention_days = var.log_retention_days
  model_name_prefix  = "${var.name_prefix}-navigation"
  name_prefix        = var.name_prefix
  pipeline_names     = values(module.model_pipelines.pipeline_names)
  zip_path           = "${path.module}/build/lambda/teardown.zip"

  keep = {
    deletion_protection = var.deletion_protection
    retain_buckets      = var.retain_buckets
    retain_models       = var.retain_models
  }

  writer_role_names = concat(
    [module.model_promotion.function_name],
    values(module.navigation_endpoint.function_names),
  )
}

module "teardown_run" {
  source = "./modules/teardown_run"

  function_name = module.teardown.function.name

  # Made after all of these, and therefore run before any of them is destroyed.
  depends_on = [
    module.http_api,
    module.model_buckets,
    module.model_pipelines,
    module.model_promotion,
    module.model_registry,
    module.navigation_endpoint,
    module.observability,
    module.sign_in,
    module.teardown,
  ]
}
