mock_provider "aws" {}

variables {
  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "names_the_function_after_the_stack" {
  command = plan

  module {
    source = "./modules/teardown"
  }

  variables {
    keep           = { deletion_protection = true, retain_buckets = false, retain_models = false, user_pool_protection = false }
    settle_seconds = 60
    package        = { path = "./no-such.zip", source_hash = "one" }
  }

  assert {
    condition     = output.function == { name = "vis-assis-teardown", role_name = "vis-assis-teardown" }
    error_message = "The function is not named as the contract says."
  }
}

run "each_part_of_the_teardown_has_an_invocation" {
  command = plan

  module {
    source = "./modules/teardown_cleanup"
  }

  variables {
    endpoint_name = "paligemma-endpoint-123456789012"
    function      = { name = "vis-assis-teardown", role_name = "vis-assis-teardown" }
    models        = { depth = { group_name = "vis-assis-depth-model-package-group", pipeline_name = "vis-assis-depth-pipeline" } }
    writer_names  = ["vis-assis-promote-model"]
  }

  assert {
    condition = alltrue([
      for invocation in [
        aws_lambda_invocation.navigation,
        aws_lambda_invocation.model["depth"],
      ] : invocation.lifecycle_scope == "CRUD" && invocation.function_name == "vis-assis-teardown"
    ])
    error_message = "An invocation would not run on destroy."
  }

  assert {
    condition = ["arn:aws:iam::123456789012:role/vis-assis-promote-model"] == one([
      for statement in jsondecode(aws_iam_role_policy.cleanup.policy).Statement : statement.Resource
      if statement.Sid == "RevokeFirst"
    ])
    error_message = "Rights of other roles than the functions' own could be revoked, or theirs could not."
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.cleanup.policy).Statement : statement.Condition
      if contains(statement.Action, "application-autoscaling:DeregisterScalableTarget")
      ]) == {
      StringEquals = {
        "application-autoscaling:scalable-dimension" = "sagemaker:variant:DesiredInstanceCount"
        "application-autoscaling:service-namespace"  = "sagemaker"
      }
    }
    error_message = "Scaling of other services could be removed."
  }
}

run "nothing_is_granted_for_what_the_stack_does_not_have" {
  command = plan

  module {
    source = "./modules/teardown_cleanup"
  }

  variables {
    endpoint_name = "paligemma-endpoint-123456789012"
    function      = { name = "vis-assis-teardown", role_name = "vis-assis-teardown" }
    models        = {}
    writer_names  = []
  }

  assert {
    condition = !contains(
      [for statement in jsondecode(aws_iam_role_policy.cleanup.policy).Statement : statement.Sid],
      "RevokeFirst",
    )
    error_message = "A statement without resources would be granted."
  }
}
