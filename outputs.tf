output "access_logs_bucket" {
  description = "Bucket with the access logs of the others."
  value       = module.model_buckets.access_logs.name
}

output "account_id" {
  description = "AWS account of the stack."
  value       = local.account.id
}

output "alarm_topic_arn" {
  description = "Topic that every alarm goes to."
  value       = module.observability.alarms.topic_arn
}

output "allowed_origins" {
  description = "Origins that browsers may call the API and download models from."
  value       = local.allowed_origins
}

output "api_url" {
  description = "Base URL of the API; GET getmodelurl, GET models and POST invokesagemakerinference are below it."
  value       = module.http_api.api_url
}

output "dashboard_name" {
  description = "CloudWatch dashboard of the stack."
  value       = module.dashboard.name
}

output "env_local" {
  description = "What the front end's .env.local has to hold; `make env-local` writes it."
  value       = join("", [for name, value in merge(local.front_end_defaults, local.front_end_settings) : "${name}=${value}\n"])
}

output "front_end_defaults" {
  description = "Names of the settings in env_local that give way to what an Amplify app sets itself."
  value       = keys(local.front_end_defaults)
}

output "function_names" {
  description = "Lambda functions of the stack by package name."
  value = merge(
    {
      promote_model = module.model_promotion.function_name
      teardown      = module.teardown.function.name
    },
    module.http_api.function_names,
    { for settings in module.amplify_settings : "amplify_settings" => settings.function_name },
    module.navigation_endpoint.function_names,
  )
}

output "model_approver_role_arn" {
  description = "Role that the users and roles in `model_approvers` take on to approve models; null when it names none."
  value       = module.model_registry.approver_role_arn
}

output "model_package_group_names" {
  description = "Model package group of each model type."
  value       = module.model_registry.group_names
}

output "model_signing_keys" {
  description = "Public keys that sign the model index, as `key_id=base64`, the signing one first; empty without `model_signing`."
  value       = module.model_promotion.signing_keys
}

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

output "output_bucket" {
  description = "Bucket with the pipelines' code and artifacts."
  value       = module.model_buckets.output.name
}

output "pipeline_names" {
  description = "Pipeline of each model type."
  value       = module.model_pipelines.pipeline_names
}

output "production_bucket" {
  description = "Bucket that browsers get their models from."
  value       = module.model_buckets.production.name
}

output "promotion_dead_letter_alarm" {
  description = "Alarm on promotions that failed every retry."
  value       = module.model_promotion.dead_letter_alarm
}

output "promotion_dead_letter_queue_url" {
  description = "Queue with the promotions that failed every retry."
  value       = module.model_promotion.dead_letter_queue_url
}

output "promotion_queue_url" {
  description = "Queue that feeds the promotion function."
  value       = module.model_promotion.queue_url
}

output "promotion_refused_alarm" {
  description = "Alarm on approved or uploaded models that are not served, and on failed promotions."
  value       = module.model_promotion.refused_alarm
}

output "promotion_rule_names" {
  description = "Rule that wakes the promotion of each model type."
  value       = module.model_promotion.rule_names
}

output "region" {
  description = "AWS region of the stack."
  value       = local.account.region
}

output "stack_name" {
  description = "What every name of the stack begins with: `name_prefix`."
  value       = var.name_prefix
}

output "studio_domain_id" {
  description = "Id of the Studio domain; null without one."
  value       = one(module.studio[*].domain_id)
}

output "studio_url" {
  description = "Address of Studio, for whoever the console has signed in to it; null without a domain."
  value       = one(module.studio[*].url)
}

output "studio_user_profile_name" {
  description = "User profile that people open Studio with; null without a domain."
  value       = one(module.studio[*].user_profile_name)
}

output "user_pool_client_id" {
  description = "App client that the front end signs users in with."
  value       = module.sign_in.client_id
}

output "user_pool_id" {
  description = "User pool of the app."
  value       = module.sign_in.user_pool_id
}
