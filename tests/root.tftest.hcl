# The stack as a whole: needs the committed pipeline definitions.
mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }

  mock_data "aws_sagemaker_prebuilt_ecr_image" {
    defaults = {
      registry_id   = "141502667606"
      registry_path = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3"
    }
  }
}

variables {
  no_amplify = true
}

run "with_the_values_above" {
  command = plan

  assert {
    condition     = keys(output.pipeline_names) == keys(yamldecode(file("./models.yaml")).models)
    error_message = "Not every model of models.yaml has a pipeline."
  }

  assert {
    condition     = keys(output.model_package_group_names) == keys(output.pipeline_names) && keys(output.promotion_rule_names) == keys(output.pipeline_names)
    error_message = "A model has no group or no promotion rule."
  }

  assert {
    condition     = tolist(output.allowed_origins) == tolist(["*"])
    error_message = "A front end hosted anywhere cannot call the API."
  }
}

run "refuses_values_that_cannot_work" {
  command = plan

  variables {
    access_log_retention_days      = 366
    alarm_email                    = "nobody"
    allowed_instance_types         = ["m5.large"]
    allowed_licences               = ["Apache-2.0,MIT"]
    allowed_origins                = ["https://app.example.org/"]
    amplify_app_id                 = "my-app"
    amplify_branches               = []
    api_throttling                 = { burst = 0 }
    custom_domains                 = ["https://app.example.org"]
    hugging_face_token_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/token"
    hugging_face_token_secret_arn  = "hf_not_a_real_token"
    log_retention_days             = 31
    model_approvers                = ["arn:aws:sts::123456789012:assumed-role/Reviewer/me", "arn:aws:iam::123456789012:root", "*"]
    model_index_days               = 1
    model_revisions                = { no-such-model = "main" }
    model_signing_keys             = []
    model_url_lifetime_seconds     = 43201
    monthly_budget                 = -1
    name_prefix                    = "a-prefix-of-24-character"
    noncurrent_version_days        = 0
    permissions_boundary           = "vis-assis-boundary"
    pipeline_start_policy          = "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"
    pipeline_step_policy           = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    processing_image_digest        = "1.9-0-cpu-py3"
    processing_instance_type       = "m5.large"
    production_uploaders           = ["arn:aws:sts::123456789012:assumed-role/uploaders/ada"]
    region                         = "ireland"
    retry_base_seconds             = 0
    runbook_url                    = "docs/operations.md#alarms"
    teardown_settle_seconds        = 0

    navigation_capture       = { percentage = 101 }
    navigation_hosting       = { instance_type = "g5.xlarge" }
    navigation_keep_releases = 0
    navigation_office_hours  = { timezone = "Europe/Berlin", from = "8:00", to = "18:00" }
    navigation_scaling       = { min_instances = 3 }
    navigation_sweep_rate    = "rate(5 minute)"
  }

  expect_failures = [
    var.access_log_retention_days,
    var.alarm_email,
    var.allowed_instance_types,
    var.allowed_licences,
    var.allowed_origins,
    var.amplify_app_id,
    var.amplify_branches,
    var.api_throttling,
    var.custom_domains,
    var.hugging_face_token_kms_key_arn,
    var.hugging_face_token_secret_arn,
    var.log_retention_days,
    var.model_approvers,
    var.model_index_days,
    var.model_revisions,
    var.model_signing_keys,
    var.model_url_lifetime_seconds,
    var.monthly_budget,
    var.name_prefix,
    var.noncurrent_version_days,
    var.permissions_boundary,
    var.pipeline_start_policy,
    var.pipeline_step_policy,
    var.processing_image_digest,
    var.processing_instance_type,
    var.production_uploaders,
    var.region,
    var.retry_base_seconds,
    var.runbook_url,
    var.teardown_settle_seconds,
    var.navigation_capture,
    var.navigation_hosting,
    var.navigation_keep_releases,
    var.navigation_office_hours,
    var.navigation_scaling,
    var.navigation_sweep_rate,
  ]
}

run "refuses_the_other_values_that_cannot_work" {
  command = plan

  variables {
    hugging_face_token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token" # without the ending that IAM compares
    model_revisions               = { depth = "main branch" }
    model_signing_keys            = ["Spring"]
    name_prefix                   = "VisAssis"
    promotion_sweep_rate          = "rate(4 days)" # of the index's 14
    no_amplify                    = false
    retain_models                 = true
    retry_base_seconds            = 1.5
    tags                          = { for number in range(9) : "tag-${number}" => "x" }

    navigation_capture      = { percentage = 2.5 }
    navigation_hosting      = { image_uri = "huggingface/paligemma:latest" }
    navigation_office_hours = { timezone = "Europe/Berlin", from = "08:00", to = "18:00", days = ["Monday"] }
    navigation_scaling      = { metric = "CPUUtilization" }
  }

  expect_failures = [
    var.hugging_face_token_secret_arn,
    var.model_revisions,
    var.model_signing_keys,
    var.name_prefix,
    var.no_amplify,
    var.promotion_sweep_rate,
    var.retain_models,
    var.retry_base_seconds,
    var.tags,
    var.navigation_capture,
    var.navigation_hosting,
    var.navigation_office_hours,
    var.navigation_scaling,
  ]
}

run "refuses_what_is_too_long_or_taken" {
  command = plan

  variables {
    allowed_licences              = [for number in range(20) : "LicenseRef-${number}"]
    amplify_app_id                = "d1abc2defghij" # beside no_amplify
    hugging_face_token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:${join("", [for _ in range(210) : "a"])}-AbCdEf"
    model_revisions               = { depth = join("", [for _ in range(201) : "a"]) }
    name_prefix                   = "vis-"
    promotion_sweep_rate          = "rate(1 minutes)"
    tags                          = { Project = "acme" }

    navigation_capture      = { kms_key_arn = "alias/captures" }
    navigation_hosting      = { inference_ami_version = "al2-ami-sagemaker-inference-gpu-3-1", instance_type = "ml.m5.xlarge" } # no GPU
    navigation_office_hours = { timezone = "CET or so", from = "08:00", to = "18:00" }
    navigation_requests     = { answer_seconds = 0.5 }
    navigation_scaling      = { scale_in_cooldown_seconds = 0 }
  }

  expect_failures = [
    var.allowed_licences,
    var.hugging_face_token_secret_arn,
    var.model_revisions,
    var.name_prefix,
    var.no_amplify,
    var.promotion_sweep_rate,
    var.tags,
    var.navigation_capture,
    var.navigation_hosting,
    var.navigation_office_hours,
    var.navigation_requests,
    var.navigation_scaling,
  ]
}

run "refuses_a_digest_that_is_none" {
  command = plan

  variables {
    navigation_hosting = { image_uri = "210987654321.dkr.ecr.eu-central-1.amazonaws.com/team/paligemma@sha256:0123" }
  }

  expect_failures = [var.navigation_hosting]
}

run "refuses_what_sagemaker_has_no_room_for" {
  command = plan

  variables {
    navigation_hosting = { model_download_seconds = 30 }
  }

  expect_failures = [var.navigation_hosting]
}

# On its own: Terraform judges it only when navigation_hosting, which it refers to, is right.
run "refuses_a_share_of_one" {
  command = plan

  variables {
    navigation_rollout = { answer_seconds = 30, max_error_share = 1 }
  }

  expect_failures = [var.navigation_rollout]
}

run "refuses_an_update_that_cannot_end_in_time" {
  command = plan

  variables {
    navigation_rollout = { watch_seconds = 3600, timeout_seconds = 6300 }
  }

  expect_failures = [var.navigation_rollout]
}

run "restricts_origins_when_asked" {
  command = plan

  variables {
    allowed_origins = ["http://127.0.0.1:8000"]
    custom_domains  = ["app.example.org"]
  }

  assert {
    condition     = tolist(output.allowed_origins) == tolist(["https://app.example.org", "http://127.0.0.1:8000"])
    error_message = "Other origins than the given ones are let in."
  }
}

run "lets_in_the_apps_branches_with_amplify" {
  command = plan

  variables {
    no_amplify       = false
    amplify_app_id   = "d1abc2defghij"
    amplify_branches = ["main", "feature/One"]
    custom_domains   = ["app.example.org"]
  }

  assert {
    condition = tolist(output.allowed_origins) == tolist([
      "https://main.d1abc2defghij.amplifyapp.com",
      "https://feature-one.d1abc2defghij.amplifyapp.com",
      "http://localhost:3000",
      "https://app.example.org",
    ])
    error_message = "The origins are not the app's branches, a front end under development and the custom domain."
  }

  assert {
    condition     = startswith(output.function_names["amplify_settings"], "vis-assis-amplify-settings-d")
    error_message = "Nothing keeps the app's variables."
  }
}
