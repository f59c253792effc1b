provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
}

variable "message" {
  description = "Message of the pipeline's only step."
  type        = string
}

resource "aws_iam_role" "pipeline" {
  name = "pipeline-conformance"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "sagemaker.amazonaws.com" }
    }]
  })
}

resource "aws_sagemaker_pipeline" "this" {
  pipeline_name         = "pipeline-conformance"
  pipeline_display_name = "pipeline-conformance"
  pipeline_description  = "Fails with a message."
  role_arn              = aws_iam_role.pipeline.arn

  pipeline_definition = jsonencode({
    Version = "2020-12-01"
    Steps   = [{ Name = "Stop", Type = "Fail", Arguments = { ErrorMessage = var.message } }]
  })

  parallelism_configuration {
    max_parallel_execution_steps = 2
  }

  tags = {
    Purpose = "conformance"
  }
}
