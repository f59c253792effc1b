mock_provider "aws" {}

variables {
  approvers   = []
  model_types = ["depth", "tts"]

  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "makes_a_group_per_type" {
  command = plan

  module {
    source = "./modules/model_registry"
  }

  assert {
    condition = output.group_names == {
      depth = "vis-assis-depth-model-package-group"
      tts   = "vis-assis-tts-model-package-group"
    }
    error_message = "The groups are not named as the contract says."
  }

  assert {
    condition     = output.approver_role_arn == null && length(aws_iam_role.approver) == 0
    error_message = "There is a role that approves, which nobody may take on."
  }
}

run "lets_only_the_named_take_on_the_role_that_approves" {
  command = plan

  module {
    source = "./modules/model_registry"
  }

  variables {
    approvers = ["arn:aws:iam::123456789012:user/reviewer", "arn:aws:iam::123456789012:role/Reviewer"]
  }

  assert {
    condition = jsondecode(aws_iam_role.approver[0].assume_role_policy).Statement == [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { AWS = ["arn:aws:iam::123456789012:role/Reviewer", "arn:aws:iam::123456789012:user/reviewer"] }
    }]
    error_message = "Others than the approvers may take on the role."
  }

  assert {
    condition     = output.approver_role_arn == "arn:aws:iam::123456789012:role/vis-assis-model-approver"
    error_message = "The role is not named as the contract says."
  }
}
