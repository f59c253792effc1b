output "consumers" {
  description = "The function and the queue that it is to read, by package name."
  value       = { promote_model = module.event_queue.consumer }
}

output "dead_letter_alarm" {
  description = "Name of the alarm on promotions that failed every retry."
  value       = module.event_queue.dead_letter_alarm
}

output "dead_letter_queue_url" {
  description = "URL of the queue with the promotions that failed every retry."
  value       = module.event_queue.dead_letter_queue_url
}

output "function_name" {
  description = "Name of the promotion function."
  value       = module.function.name
}

output "index_key" {
  description = "Key of the model index in the production bucket; whoever uses it waits until the index is there."
  value       = "index.json"
  depends_on  = [aws_lambda_invocation.index]
}

output "queue_url" {
  description = "URL of the queue that feeds the promotion function."
  value       = module.event_queue.queue_url
}

output "refused_alarm" {
  description = "Name of the alarm on models that are not served, and on failed runs."
  value       = "${module.function.name}-failures"
}

output "rule_names" {
  description = "Names of the promotion rules by model type."
  value       = module.event_queue.rule_names
}

output "signing_keys" {
  description = "Public keys that sign the index, as front ends take them: id and base64 of the DER form, the signing one first."
  value       = local.signing_keys
}
