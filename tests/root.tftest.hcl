# The stack as a whole: needs the zips (`make package`) and the committed pipeline definitions.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }

  mock_data "aws_sagemaker_prebuilt_ecr_image" {
    defaults = {
      registry_id   = "141502667606"
      registry_path = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3"
    }
  }
}

run "has_a_pipeline_a_group_and_a_rule_per_model" {
  command = plan

  assert {
    condition     = keys(output.pipeline_names) == keys(yamldecode(file("./models.yaml")).models)
    error_message = "Not every model of models.yaml has a pipeline."
  }

  assert {
    condition     = keys(output.model_package_group_names) == keys(output.pipeline_names) && keys(output.promotion_rule_names) == keys(output.pipeline_names)
    error_message = "A model has no group or no promotion rule."
  }
}

run "refuses_a_prefix_that_makes_bucket_names_too_long" {
  command = plan

  variables {
    name_prefix = "a-prefix-of-24-character"
  }

  expect_failures = [var.name_prefix]
}

run "refuses_a_prefix_with_capitals" {
  command = plan

  variables {
    name_prefix = "VisAssis"
  }

  expect_failures = [var.name_prefix]
}

run "refuses_a_prefix_that_ends_with_a_hyphen" {
  command = plan

  variables {
    name_prefix = "vis-"
  }

  expect_failures = [var.name_prefix]
}

run "refuses_an_unknown_model_in_the_revisions" {
  command = plan

  variables {
    model_revisions = { no-such-model = "main" }
  }

  expect_failures = [var.model_revisions]
}

run "refuses_a_revision_with_a_space" {
  command = plan

  variables {
    model_revisions = { depth = "main branch" }
  }

  expect_failures = [var.model_revisions]
}

run "refuses_a_licence_that_is_no_spdx_name" {
  command = plan

  variables {
    allowed_licences = ["Apache 2.0"]
  }

  expect_failures = [var.allowed_licences]
}

run "refuses_a_token_in_place_of_its_secret" {
  command = plan

  variables {
    hugging_face_token_secret_arn = "hf_not_a_real_token"
  }

  expect_failures = [var.hugging_face_token_secret_arn]
}

run "refuses_a_rate_with_the_wrong_plural" {
  command = plan

  variables {
    promotion_sweep_rate = "rate(1 minutes)"
  }

  expect_failures = [var.promotion_sweep_rate]
}

run "refuses_retries_without_a_pause" {
  command = plan

  variables {
    retry_base_seconds = 0
  }

  expect_failures = [var.retry_base_seconds]
}

run "refuses_a_retention_that_cloudwatch_lacks" {
  command = plan

  variables {
    log_retention_days = 31
  }

  expect_failures = [var.log_retention_days]
}

run "refuses_an_alarm_address_that_is_none" {
  command = plan

  variables {
    alarm_email = "nobody"
  }

  expect_failures = [var.alarm_email]
}

run "refuses_an_unknown_instance_type" {
  command = plan

  variables {
    processing_instance_type = "m5.large"
  }

  expect_failures = [var.processing_instance_type]
}

run "refuses_a_region_that_is_none" {
  command = plan

  variables {
    region = "ireland"
  }

  expect_failures = [var.region]
}

run "refuses_versions_that_expire_at_once" {
  command = plan

  variables {
    noncurrent_version_days = 0
  }

  expect_failures = [var.noncurrent_version_days]
}
