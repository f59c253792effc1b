# The stack's navigation variables.
mock_provider "aws" {
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
      registry_id   = "763104351884"
      registry_path = "763104351884.dkr.ecr.eu-west-1.amazonaws.com/huggingface-pytorch-inference:2.6.0"
    }
  }

  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
  }
}

variables {
  no_amplify = true
}

run "refuses_values_that_cannot_work" {
  command = plan

  variables {
    navigation_capture       = { percentage = 101 }
    navigation_hosting       = { instance_type = "g5.xlarge" }
    navigation_keep_releases = 0
    navigation_office_hours  = { timezone = "Europe/Berlin", from = "8:00", to = "18:00" }
    navigation_scaling       = { min_instances = 3 }
    navigation_sweep_rate    = "rate(5 minute)"
  }

  expect_failures = [
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
    navigation_capture      = { percentage = 2.5 }
    navigation_hosting      = { image_uri = "huggingface/paligemma:latest" }
    navigation_office_hours = { timezone = "Europe/Berlin", from = "08:00", to = "18:00", days = ["Monday"] }
    navigation_scaling      = { metric = "CPUUtilization" }
  }

  expect_failures = [
    var.navigation_capture,
    var.navigation_hosting,
    var.navigation_office_hours,
    var.navigation_scaling,
  ]
}

run "refuses_the_driver_of_a_gpu_without_one" {
  command = plan

  variables {
    navigation_capture = { kms_key_arn = "alias/captures" }
    navigation_hosting = { inference_ami_version = "al2-ami-sagemaker-inference-gpu-3-1", instance_type = "ml.m5.xlarge" }
  }

  expect_failures = [
    var.navigation_capture,
    var.navigation_hosting,
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
    navigation_hosting      = { model_download_seconds = 30 }
    navigation_office_hours = { timezone = "CET or so", from = "08:00", to = "18:00" }
    navigation_requests     = { answer_seconds = 0.5 }
    navigation_scaling      = { scale_in_cooldown_seconds = 0 }
  }

  expect_failures = [
    var.navigation_hosting,
    var.navigation_office_hours,
    var.navigation_requests,
    var.navigation_scaling,
  ]
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
