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
  value       = module.observability.alarm_topic_arn
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
  description = "Alarm that tells of promotions that failed every retry."
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
  description = "Alarm that tells of models that were handed over and are not served, and of failed promotions."
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
