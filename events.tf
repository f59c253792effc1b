locals {
  consumers = merge(module.model_promotion.consumers, module.navigation_endpoint.consumers)
}

# Opened when all the rest stands and closed before the cleanup begins: meanwhile events wait in
# their queues, and no function makes again what the cleanup has removed.
module "event_sources" {
  source = "./modules/event_sources"

  consumers = local.consumers

  depends_on = [module.teardown_run]
}
