output "alarm_topic_arn" {
  description = "ARN of the topic that every alarm goes to."
  value       = "${trimsuffix(local.topic_arn, local.topic_name)}${aws_sns_topic.alarms.name}"
}
