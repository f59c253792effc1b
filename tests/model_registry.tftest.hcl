mock_provider "aws" {}

variables {
  name_prefix = "vis-assis"
  model_types = ["depth", "tts"]
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
}

run "refuses_a_type_that_makes_too_long_a_name" {
  command = plan

  module {
    source = "./modules/model_registry"
  }

  variables {
    model_types = ["a-model-type-whose-name-is-far-too-long"]
  }

  expect_failures = [aws_sagemaker_model_package_group.this]
}
