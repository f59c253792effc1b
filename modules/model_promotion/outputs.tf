output "consumers" {
  description = "The function and the queue that it is to read, by package name."
  value       = { promote_model = module.lane.consumer }
}

output "dead_letter_alarm" {
  description = "Name of the alarm that tells of promotions that failed every retry."
  value       = module.lane.dead_letter_alarm
}

output "dead_letter_queue_url" {
  description = "URL of the queue with the promotions that failed every retry."
  value       = module.lane.dead_letter_queue_url
}

output "function_name" {
  description = "Name of the promotion function."
  value       = module.function.name
}

output "queue_url" {
  description = "URL of the queue that feeds the promotion function."
  value       = module.lane.queue_url
}

output "rule_names" {
  description = "Names of the promotion rules by model type."
  value       = module.lane.rule_names
}
