output "consumers" {
  description = "The functions and the queues that they are to read, by package name."
  value = {
    setup_autoscaling = module.scaling_lane.consumer
    update_endpoint   = module.update_lane.consumer
  }
}

output "dead_letter_alarms" {
  description = "Alarms that tell of events that failed every retry, by function."
  value = {
    setup_autoscaling = module.scaling_lane.dead_letter_alarm
    update_endpoint   = module.update_lane.dead_letter_alarm
  }
}

output "dead_letter_queue_urls" {
  description = "URLs of the queues with the events that failed every retry, by function."
  value = {
    setup_autoscaling = module.scaling_lane.dead_letter_queue_url
    update_endpoint   = module.update_lane.dead_letter_queue_url
  }
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
  value = {
    setup_autoscaling = module.scaling_lane.queue_url
    update_endpoint   = module.update_lane.queue_url
  }
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
    setup_autoscaling = module.scaling_lane.rule_names
    update_endpoint   = module.update_lane.rule_names
  }
}

output "variant_name" {
  description = "Name of the endpoint's only variant."
  value       = local.variant_name
}
