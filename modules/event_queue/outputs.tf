output "consumer" {
  description = "The function and the queue that it reads."
  value = {
    function_name = var.function.name
    queue_arn     = "${local.queue_arn_prefix}:${aws_sqs_queue.this.name}"
  }
}

output "dead_letter_alarm" {
  description = "Name of the alarm on dead letters."
  value       = aws_cloudwatch_metric_alarm.this["dead-letters"].alarm_name
}

output "dead_letter_queue_url" {
  description = "URL of the queue with the events that failed every retry."
  value       = aws_sqs_queue.dead_letters.url
}

output "queue_url" {
  description = "URL of the queue that feeds the function."
  value       = aws_sqs_queue.this.url
}

output "rule_names" {
  description = "Names of the rules by their keys."
  value       = { for key, rule in aws_cloudwatch_event_rule.this : key => rule.name }
}
