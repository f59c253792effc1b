mock_provider "aws" {}

variables {
  account       = { id = "123456789012", partition = "aws", region = "eu-west-1" }
  capture       = { prefix = "data-capture/", retention_days = 14 }
  force_destroy = true
  name_prefix   = "vis-assis"
}

run "names_the_buckets_as_the_contract_says" {
  command = plan

  module {
    source = "./modules/model_buckets"
  }

  assert {
    condition = {
      access_logs     = output.access_logs.name
      endpoint_models = output.endpoint_models.name
      output          = output.output.name
      production      = output.production.name
      } == {
      access_logs     = "vis-assis-access-logs-123456789012"
      endpoint_models = "vis-assis-sagemaker-endpoint-model-123456789012"
      output          = "vis-assis-model-sagemaker-output-123456789012"
      production      = "vis-assis-model-artifacts-production-123456789012"
    }
    error_message = "A bucket has another name."
  }
}
