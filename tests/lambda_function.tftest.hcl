mock_provider "aws" {}

variables {
  alarms          = { runbooks = "docs/operations.md", topic_arn = "arn:aws:sns:eu-west-1:123456789012:alarms" }
  description     = "Does one thing."
  handler         = "one_thing.handler.handle"
  name            = "vis-assis-one-thing"
  timeout_seconds = 60
  package         = { path = "./no-such.zip", source_hash = "one" }

  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "owns_its_role_logs_and_alarms" {
  command = plan

  module {
    source = "./modules/lambda_function"
  }

  variables {
    policy_statements = {
      ReadObjects = {
        actions    = ["s3:GetObject"]
        resources  = ["arn:aws:s3:::bucket/*"]
        conditions = { StringEquals = { "aws:ResourceAccount" = ["123456789012"] } }
      }
    }
  }

  assert {
    condition     = aws_lambda_function.this.runtime == "python3.13" && aws_lambda_function.this.architectures == tolist(["x86_64"])
    error_message = "The function does not run on Python 3.13 on x86_64."
  }

  assert {
    condition     = toset(jsondecode(aws_iam_role_policy.this.policy).Statement[*].Sid) == toset(["ReadObjects", "WriteLogs"])
    error_message = "The role may do something else than log and what was asked."
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement :
      statement.Condition.StringEquals["aws:ResourceAccount"] if statement.Sid == "ReadObjects"
    ]) == ["123456789012"]
    error_message = "The condition got lost."
  }
}

run "plans_without_the_zip" {
  command = plan

  module {
    source = "./modules/lambda_function"
  }

  assert {
    condition     = aws_lambda_function.this.filename == "./no-such.zip" && aws_lambda_function.this.source_code_hash == "one"
    error_message = "A change is not known by the hash of the sources."
  }
}

run "refuses_a_wildcard_action" {
  command = plan

  module {
    source = "./modules/lambda_function"
  }

  variables {
    policy_statements = { All = { actions = ["s3:*"], resources = ["arn:aws:s3:::bucket"] } }
  }

  expect_failures = [var.policy_statements]
}
