mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/vis-assis/studio/flow" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/vis-assis-studio-user" }
  }

  mock_resource "aws_sagemaker_domain" {
    defaults = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:domain/d-own", id = "d-own" }
  }
}

variables {
  may_approve       = false
  models            = { depth = { group_name = "vis-assis-depth-model-package-group", pipeline_name = "vis-assis-depth-pipeline" } }
  output_bucket     = { arn = "arn:aws:s3:::output", name = "output" }
  teardown_function = { name = "vis-assis-teardown", role_name = "vis-assis-teardown" }

  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "deletes_the_file_system_with_the_domain" {
  command = plan

  module {
    source = "./modules/studio"
  }

  assert {
    condition     = aws_sagemaker_domain.this.retention_policy[0].home_efs_file_system == "Delete"
    error_message = "The file system would outlive the domain."
  }

  assert {
    condition     = aws_lambda_invocation.network.lifecycle_scope == "CRUD" && aws_lambda_invocation.contents.lifecycle_scope == "CRUD"
    error_message = "An invocation would not run on destroy."
  }

  assert {
    condition     = aws_subnet.this[0].cidr_block == "10.0.0.0/26" && aws_subnet.this[1].cidr_block == "10.0.0.64/26"
    error_message = "The subnets do not share the network's addresses."
  }
}

run "keeps_its_users_to_their_own_domain" {
  command = apply

  module {
    source = "./modules/studio"
  }

  assert {
    condition = toset(flatten(jsondecode(aws_iam_role_policy.domain.policy).Statement[*].Resource)) == toset([
      "arn:aws:sagemaker:eu-west-1:123456789012:domain/d-own",
      "arn:aws:sagemaker:eu-west-1:123456789012:user-profile/d-own/*",
    ])
    error_message = "The users' role sees more than its own domain."
  }

  assert {
    condition = !contains(flatten([
      for policy in [aws_iam_role_policy.domain, aws_iam_role_policy.user] : jsondecode(policy.policy).Statement[*].Action
    ]), "sagemaker:CreatePresignedDomainUrl")
    error_message = "The users' role opens domains, as which user it likes."
  }
}
