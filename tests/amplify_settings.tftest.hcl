mock_provider "aws" {}

variables {
  app_id            = "d1abc2defghij"
  branches_to_build = ["main"]
  defaults          = { NEXT_PUBLIC_DEBUG_AUDIO = "false" }
  variables         = { NEXT_PUBLIC_REGION_NAME = "eu-west-1" }
  package           = { path = "./no-such.zip", source_hash = "one" }

  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "lets_the_function_merge_and_clean_up" {
  command = plan

  module {
    source = "./modules/amplify_settings"
  }

  assert {
    condition     = aws_lambda_invocation.this.lifecycle_scope == "CRUD"
    error_message = "Destroying the stack leaves its variables in the app."
  }

  assert {
    condition     = jsondecode(aws_lambda_invocation.this.input) == { branches = ["main"], defaults = { NEXT_PUBLIC_DEBUG_AUDIO = "false" }, variables = { NEXT_PUBLIC_REGION_NAME = "eu-west-1" } }
    error_message = "The function is not told what it needs."
  }
}
