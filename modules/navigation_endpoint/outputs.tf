output "consumers" {
  description = "The function and the queue that it is to read, by package name."
  value       = { update_endpoint = module.update_queue.consumer }
}

output "dead_letter_alarms" {
  description = "Alarms that tell of events that failed every retry, by function."
  value       = { update_endpoint = module.update_queue.dead_letter_alarm }
}

output "dead_letter_queue_urls" {
  description = "URLs of the queues with the events that failed every retry, by function."
  value       = { update_endpoint = module.update_queue.dead_letter_queue_url }
}

output "function_names" {
  description = "Names of the functions by package name."
  value = {
    setup_autoscaling = module.scaling_function.name
    update_endpoint   = module.update_function.name
  }
}

output "queue_urls" {
  description = "URLs of the queues that feed the functions, by function."
  value       = { update_endpoint = module.update_queue.queue_url }
}

output "release_alarms" {
  description = "Alarms on the newest upload: one when it failed, one when it was refused."
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.release : key => alarm.alarm_name }
}

output "rollback_alarms" {
  description = "Alarms that roll an update back."
  value = {
    latency       = aws_cloudwatch_metric_alarm.latency.alarm_name
    server-errors = aws_cloudwatch_metric_alarm.server_errors.alarm_name
  }
}

output "rule_names" {
  description = "Rules that wake the functions, by function and what they watch."
  value = {
    setup_autoscaling = { endpoint = aws_cloudwatch_event_rule.scaling.name }
    update_endpoint   = module.update_queue.rule_names
  }
}

output "scaling_target" {
  description = "The rule that starts the scaling function, and the function's ARN; the permission is there when this is known to be applied."
  value       = { function_arn = module.scaling_function.arn, rule = aws_cloudwatch_event_rule.scaling.name }
  depends_on  = [aws_lambda_permission.scaling]
}

output "variant_name" {
  description = "Name of the endpoint's only variant."
  value       = local.variant_name
}
