mock_provider "aws" {}

variables {
  name      = "vis-assis-teardown-models"
  role_name = "vis-assis-teardown"

  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "names_exactly_the_models_in_policies_that_iam_takes" {
  command = plan

  module {
    source = "./modules/model_rights"
  }

  variables {
    statements = {
      View = {
        actions   = ["sagemaker:DescribeModelPackage"]
        resources = { for number in range(25) : format("m%02d", number) => ["arn:aws:sagemaker:eu-west-1:123456789012:model-package/m${number}/*"] }
      }
    }
  }

  assert {
    condition     = toset([for policy in aws_iam_policy.this : policy.name]) == toset([for number in ["01", "02", "03"] : "vis-assis-teardown-models-${number}"])
    error_message = "The models are not shared out ten to a policy."
  }

  assert {
    condition = toset(flatten([for policy in aws_iam_policy.this : jsondecode(policy.policy).Statement[*].Resource])) == toset([
      for number in range(25) : "arn:aws:sagemaker:eu-west-1:123456789012:model-package/m${number}/*"
    ])
    error_message = "The policies name other resources than the models'."
  }

  assert {
    condition = { for number, attachment in aws_iam_role_policy_attachment.this : number => [attachment.role, attachment.policy_arn] } == {
      for number in ["01", "02", "03"] : number => ["vis-assis-teardown", "arn:aws:iam::123456789012:policy/vis-assis-teardown-models-${number}"]
    }
    error_message = "A policy is not attached to the role."
  }
}

run "grants_nothing_without_models" {
  command = plan

  module {
    source = "./modules/model_rights"
  }

  variables {
    statements = { View = { actions = ["sagemaker:DescribeModelPackage"], resources = {} } }
  }

  assert {
    condition     = length(aws_iam_policy.this) == 0
    error_message = "A statement without resources would be granted."
  }
}

run "refuses_more_than_iam_takes" {
  command = plan

  module {
    source = "./modules/model_rights"
  }

  variables {
    statements = {
      View = {
        actions   = ["sagemaker:DescribeModelPackage"]
        resources = { for number in range(101) : "m${number}" => [join("", ["arn:aws:", join("", [for part in range(30) : "a-very-long-name-"])])] }
      }
    }
  }

  expect_failures = [aws_iam_policy.this]
}
