mock_provider "aws" {}

variables {
  alarms            = { runbooks = "docs/operations.md", topic_arn = "arn:aws:sns:eu-west-1:123456789012:alarms" }
  function          = { name = "handler", role_name = "handler", timeout_seconds = 900 }
  max_receive_count = 5
  name              = "vis-assis-queue"
  rules = {
    both = {
      description         = "An event and a schedule."
      event_pattern       = "{\"source\":[\"aws.sagemaker\"]}"
      message_group_id    = "depth"
      schedule_expression = "rate(15 minutes)"
    }
    off = {
      description         = "A schedule that is switched off."
      enabled             = false
      message_group_id    = "tts"
      schedule_expression = "rate(1 hour)"
    }
  }

  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "with_the_values_above" {
  command = plan

  module {
    source = "./modules/event_queue"
  }

  assert {
    condition     = aws_sqs_queue.this.name == "vis-assis-queue.fifo" && aws_sqs_queue.this.fifo_queue && aws_sqs_queue.this.content_based_deduplication
    error_message = "The queue is not a FIFO queue that EventBridge can send to."
  }

  assert {
    condition     = output.consumer == { function_name = "handler", queue_arn = "arn:aws:sqs:eu-west-1:123456789012:vis-assis-queue.fifo" }
    error_message = "The function would not get the queue's events."
  }

  assert {
    condition     = aws_cloudwatch_event_target.queue["both"].sqs_target[0].message_group_id == "depth"
    error_message = "The events are not in their group."
  }

  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds > 900
    error_message = "An event could be handled twice at once."
  }

  assert {
    condition     = aws_cloudwatch_event_rule.this["both"].schedule_expression == "rate(15 minutes)" && aws_cloudwatch_event_rule.this["both"].event_pattern != null
    error_message = "The rule lacks its pattern or its schedule."
  }

  assert {
    condition     = aws_cloudwatch_event_rule.this["off"].state == "DISABLED"
    error_message = "The rule is not switched off."
  }

  assert {
    condition = jsondecode(aws_sqs_queue.this.redrive_policy) == {
      deadLetterTargetArn = "arn:aws:sqs:eu-west-1:123456789012:vis-assis-queue-dead-letters.fifo"
      maxReceiveCount     = 5
    }
    error_message = "Failing events do not go to the dead-letter queue."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.dead_letters.redrive_allow_policy).sourceQueueArns == ["arn:aws:sqs:eu-west-1:123456789012:vis-assis-queue.fifo"]
    error_message = "Another queue could use the dead-letter queue."
  }

  assert {
    condition     = aws_sqs_queue.undelivered.name == "vis-assis-queue-undelivered" && coalesce(aws_sqs_queue.undelivered.fifo_queue, false) == false
    error_message = "EventBridge refuses a FIFO queue as a target's dead-letter queue."
  }

  assert {
    condition = toset(one([
      for statement in jsondecode(aws_sqs_queue.undelivered.policy).Statement :
      statement.Condition.ArnEquals["aws:SourceArn"] if statement.Effect == "Allow"
      ])) == toset([
      "arn:aws:events:eu-west-1:123456789012:rule/vis-assis-queue-both",
      "arn:aws:events:eu-west-1:123456789012:rule/vis-assis-queue-off",
    ])
    error_message = "Others than the queue's rules can send, or the rules cannot."
  }

  assert {
    condition     = aws_cloudwatch_event_target.queue["both"].retry_policy[0].maximum_event_age_in_seconds == 3600
    error_message = "Nobody is told within the hour."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.undelivered.threshold == 0
    error_message = "The first undelivered event does not alarm."
  }

  assert {
    condition = toset(one([
      for statement in jsondecode(aws_sqs_queue.this.policy).Statement :
      statement.Condition.ArnEquals["aws:SourceArn"] if statement.Effect == "Allow"
      ])) == toset([
      "arn:aws:events:eu-west-1:123456789012:rule/vis-assis-queue-both",
      "arn:aws:events:eu-west-1:123456789012:rule/vis-assis-queue-off",
    ])
    error_message = "Others than the queue's rules can send, or the rules cannot."
  }

  assert {
    condition     = contains(jsondecode(aws_iam_role_policy.consume.policy).Statement[0].Action, "sqs:ChangeMessageVisibility")
    error_message = "The function cannot shorten its retries."
  }
}
