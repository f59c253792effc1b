mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/vis-assis-promote-model" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-44cd-8def-1234567890ab", key_id = "1234abcd-12ab-44cd-8def-1234567890ab" }
  }

  mock_data "aws_kms_public_key" {
    defaults = { public_key = "MFkw" }
  }
}

variables {
  alarms             = { runbooks = "docs/operations.md", topic_arn = "arn:aws:sns:eu-west-1:123456789012:alarms" }
  group_name_form    = "vis-assis-{type}-model-package-group"
  groups             = { depth = "vis-assis-depth-model-package-group" }
  index              = { days = 14, signing_keys = ["new", "old"] }
  output_bucket      = { arn = "arn:aws:s3:::output", name = "output" }
  package            = { path = "./no-such.zip", source_hash = "one" }
  production_bucket  = { arn = "arn:aws:s3:::production", name = "production" }
  retry_base_seconds = 30
  sweep_rate         = "rate(15 minutes)"

  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "lets_only_promotion_sign" {
  module {
    source = "./modules/model_promotion"
  }

  assert {
    condition = [
      for statement in jsondecode(aws_kms_key.signing["new"].policy).Statement : [statement.Principal.AWS, try(statement.Condition, null)]
      if contains(statement.Action, "kms:Sign") || contains(statement.Action, "kms:*")
      ] == [[
        "arn:aws:iam::123456789012:role/vis-assis-promote-model",
        { StringEquals = { "kms:MessageType" = "DIGEST", "kms:SigningAlgorithm" = "ECDSA_SHA_256" } },
    ]]
    error_message = "Others than promotion may sign, or it may sign anything."
  }

  assert {
    condition     = aws_kms_key.signing["new"].customer_master_key_spec == "ECC_NIST_P256" && aws_kms_key.signing["new"].key_usage == "SIGN_VERIFY" && aws_kms_key.signing["new"].deletion_window_in_days == 7
    error_message = "The key is not one that WebCrypto verifies, or stays for longer than it must."
  }

  assert {
    condition     = output.signing_keys == [for name in ["new", "old"] : "1234abcd-12ab-44cd-8def-1234567890ab=MFkw"]
    error_message = "A front end does not get every key that it is to trust."
  }
}

run "makes_no_key_when_nothing_is_signed" {
  variables {
    index = { days = 14, signing_keys = [] }
  }

  module {
    source = "./modules/model_promotion"
  }

  assert {
    condition     = length(aws_kms_key.signing) == 0 && output.signing_keys == [] && jsondecode(aws_lambda_invocation.index.input).build_index
    error_message = "There is a key that nobody uses."
  }
}
