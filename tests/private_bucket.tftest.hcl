mock_provider "aws" {}

variables {
  force_destroy = false
  name          = "vis-assis-test-123456789012"
  partition     = "aws"
}

run "has_nothing_that_nobody_asked_for" {
  command = plan

  module {
    source = "./modules/private_bucket"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement : statement.Effect == "Deny"
    ])
    error_message = "A bucket without grants allows something."
  }

  assert {
    condition = length(concat(
      aws_s3_bucket_cors_configuration.this, aws_s3_bucket_logging.this, aws_s3_bucket_notification.this,
    )) == 0
    error_message = "Optional parts exist although nobody asked for them."
  }

  assert {
    condition     = output.arn == "arn:aws:s3:::vis-assis-test-123456789012"
    error_message = "The ARN is not known in the plan."
  }
}

run "has_the_optional_parts_when_asked" {
  command = plan

  module {
    source = "./modules/private_bucket"
  }

  variables {
    access_log_bucket         = "logs"
    cors                      = { allowed_origins = ["http://localhost:3000"] }
    eventbridge_notifications = true
    expiration_rules          = { old = { days = 7, noncurrent_days = 1, prefix = "tmp/" } }
    service_grants = {
      AllowLogs = {
        actions        = ["s3:PutObject"]
        service        = "logging.s3.amazonaws.com"
        source_account = "123456789012"
        source_arns    = ["arn:aws:s3:::other"]
      }
    }
  }

  assert {
    condition     = aws_s3_bucket_logging.this[0].target_prefix == "vis-assis-test-123456789012/"
    error_message = "Access logs do not say which bucket they are about."
  }

  assert {
    condition     = contains(one(aws_s3_bucket_cors_configuration.this[0].cors_rule).expose_headers, "ETag")
    error_message = "Browsers cannot read the ETag."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[1].expiration[0].days == 7
    error_message = "The expiration rule is missing."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[1].noncurrent_version_expiration[0].noncurrent_days == 1
    error_message = "What expired stays as long as anything else."
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement :
      statement.Condition.ArnLike["aws:SourceArn"] if statement.Sid == "AllowLogs"
    ]) == ["arn:aws:s3:::other"]
    error_message = "The grant is not bound to its source."
  }
}

run "refuses_a_grant_to_everybody" {
  command = plan

  module {
    source = "./modules/private_bucket"
  }

  variables {
    service_grants = {
      AllowLogs = {
        actions        = ["s3:PutObject"]
        service        = "logging.s3.amazonaws.com"
        source_account = "123456789012"
        source_arns    = []
      }
    }
  }

  expect_failures = [var.service_grants]
}

run "refuses_writers_without_a_principal" {
  command = plan

  module {
    source = "./modules/private_bucket"
  }

  variables {
    writers = { Nobody = { key_patterns = ["*"], principal_arns = [] } }
  }

  expect_failures = [var.writers]
}
