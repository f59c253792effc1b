module "teardown" {
  source = "./modules/teardown"

  stack          = local.stack
  package        = module.lambda_packages.packages["teardown"]
  settle_seconds = var.teardown_settle_seconds

  keep = {
    deletion_protection  = var.deletion_protection
    retain_buckets       = var.retain_buckets
    retain_models        = var.retain_models
    user_pool_protection = var.sign_in.deletion_protection
  }
}

module "teardown_cleanup" {
  source = "./modules/teardown_cleanup"

  stack         = local.stack
  endpoint_name = local.endpoint_name
  function      = module.teardown.function

  models = {
    for type, group_name in module.model_registry.group_names : type => {
      group_name    = group_name
      pipeline_name = module.model_pipelines.pipeline_names[type]
    }
  }

  writer_names = concat(
    [for consumer in values(local.consumers) : consumer.function_name],
    [module.navigation_endpoint.function_names.setup_autoscaling],
  )

  # Made after all of these, and therefore run before any of them is destroyed.
  depends_on = [
    module.amplify_settings,
    module.dashboard,
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

# Made last and destroyed first: as long as the function refuses, nothing at all is removed.
resource "aws_lambda_invocation" "teardown_guard" {
  function_name   = module.teardown.function.name
  input           = jsonencode({ stage = "guard" })
  lifecycle_scope = "CRUD"

  depends_on = [aws_cloudwatch_event_target.setup_autoscaling, aws_lambda_event_source_mapping.this]
}

moved {
  from = module.teardown_run
  to   = module.teardown_cleanup
}

moved {
  from = module.teardown_guard.aws_lambda_invocation.this
  to   = aws_lambda_invocation.teardown_guard
}
