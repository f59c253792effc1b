output "alarms" {
  description = "What a module needs for its alarms."
  value = {
    runbooks  = var.runbook_url
    topic_arn = "${trimsuffix(local.topic_arn, local.topic_name)}${aws_sns_topic.alarms.name}"
  }
}
