resource "aws_lambda_event_source_mapping" "this" {
  for_each = var.consumers

  event_source_arn = each.value.queue_arn
  function_name    = each.value.function_name
  batch_size       = 1
}
