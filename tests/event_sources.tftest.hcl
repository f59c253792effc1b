mock_provider "aws" {}

variables {
  consumers = {
    promote_model = {
      function_name = "vis-assis-promote-model"
      queue_arn     = "arn:aws:sqs:eu-west-1:123456789012:vis-assis-promote-model.fifo"
    }
  }
}

run "hands_over_one_event_at_a_time" {
  command = plan

  module {
    source = "./modules/event_sources"
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.this["promote_model"].function_name == "vis-assis-promote-model" &&
      aws_lambda_event_source_mapping.this["promote_model"].event_source_arn == var.consumers.promote_model.queue_arn
    )
    error_message = "The function does not read its queue."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.this["promote_model"].batch_size == 1
    error_message = "The function gets more than one event at once."
  }
}
