mock_provider "aws" {}

variables {
  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
  api_id             = "abc123"
  dead_letter_queues = ["promotion-failed", "update-failed"]
  endpoint           = { name = "paligemma", variant = "AllTraffic" }
  link_function      = "model-urls"
  pipelines          = ["depth", "tts", "stt", "detection", "captioning"]
  production_bucket  = "production"
  promotion_function = "promote-model"
  queues             = ["promotion", "update"]
}

run "stays_free" {
  command = plan

  module {
    source = "./modules/dashboard"
  }

  assert {
    condition = length(distinct(flatten([
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [
        for metric in try(widget.properties.metrics, []) : join("/", [for part in metric : part if can(tostring(part))])
      ]
    ]))) <= 50
    error_message = "Above 50 metrics a dashboard costs $3 a month."
  }

  assert {
    condition = [
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.query
      if widget.type == "log"
    ] == ["SOURCE '/aws/lambda/model-urls' | filter message = 'linked' | stats sum(bytes) as handed_out by bin(1h)"]
    error_message = "Bytes are added up from the log of the function that hands out links."
  }
}
