output "navigation_dead_letter_alarms" {
  description = "Alarms that tell of navigation events that failed every retry, by function."
  value       = module.navigation_endpoint.dead_letter_alarms
}

output "navigation_dead_letter_queue_urls" {
  description = "Queues with the navigation events that failed every retry, by function."
  value       = module.navigation_endpoint.dead_letter_queue_urls
}

output "navigation_endpoint_name" {
  description = "Endpoint that answers navigation requests."
  value       = local.endpoint_name
}

output "navigation_queue_urls" {
  description = "Queues that feed the navigation functions, by function."
  value       = module.navigation_endpoint.queue_urls
}

output "navigation_release_alarms" {
  description = "Alarms on the newest navigation upload: one when it failed, one when it was refused."
  value       = module.navigation_endpoint.release_alarms
}

output "navigation_rollback_alarms" {
  description = "Alarms that roll an update of the navigation endpoint back."
  value       = module.navigation_endpoint.rollback_alarms
}

output "navigation_rule_names" {
  description = "Rules that wake the navigation functions, by function and what they watch."
  value       = module.navigation_endpoint.rule_names
}

output "navigation_upload_bucket" {
  description = "Bucket for uploads of the navigation model."
  value       = module.model_buckets.endpoint_models.name
}

output "navigation_variant_name" {
  description = "Only variant of the navigation endpoint."
  value       = module.navigation_endpoint.variant_name
}
