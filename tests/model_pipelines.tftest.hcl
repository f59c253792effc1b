mock_provider "aws" {
  mock_data "aws_sagemaker_prebuilt_ecr_image" {
    defaults = {
      registry_id   = "141502667606"
      registry_path = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3"
    }
  }
}

variables {
  allowed_instance_types = ["ml.m5.xlarge"]
  allowed_licences       = ["Apache-2.0", "MIT"]
  code_dir               = "./tests/modules/fixtures/steps"
  definitions_dir        = "./tests/modules/fixtures/definitions"
  output_bucket          = { arn = "arn:aws:s3:::output", name = "output" }
  models = {
    depth = {
      basis         = jsonencode({ repository = "owner/name", max_size_mb = 100, files = ["*.json"] })
      gated         = false
      group_name    = "vis-assis-depth-model-package-group"
      instance_type = "ml.m5.large"
      revision      = "main"
    }
  }

  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "with_the_values_above" {
  command = plan

  module {
    source = "./modules/model_pipelines"
  }

  assert {
    condition = jsondecode(aws_sagemaker_pipeline.this["depth"].pipeline_definition) == {
      Code     = "s3://output/${split("/run.py", aws_s3_object.code["run.py"].key)[0]}"
      Group    = "vis-assis-depth-model-package-group"
      Image    = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3"
      Instance = "ml.m5.large"
      Licences = "Apache-2.0,MIT"
      Output   = "s3://output/pipelines"
      Revision = "main"
      Role     = "arn:aws:iam::123456789012:role/vis-assis-depth-job"
      Token    = "none"
    }
    error_message = "A placeholder is rendered to something else."
  }

  assert {
    condition     = toset(keys(aws_s3_object.code)) == toset(["nested/part.py", "run.py"])
    error_message = "Not exactly the code is uploaded."
  }

  assert {
    condition     = alltrue([for object in aws_s3_object.code : can(regex("^code/[0-9a-f]{16}/", object.key))])
    error_message = "The code is not below its hash."
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.pipeline["depth"].policy).Statement :
      statement.Sid => try(statement.Condition, null) if contains(["StartJobs", "PassJobRole", "RegisterAsPending"], statement.Sid)
      } == {
      PassJobRole       = { StringEquals = { "iam:PassedToService" = "sagemaker.amazonaws.com" } }
      RegisterAsPending = { StringEquals = { "sagemaker:ModelApprovalStatus" = "PendingManualApproval" } }
      StartJobs = {
        "ForAllValues:StringEquals" = { "sagemaker:InstanceTypes" = ["ml.m5.large", "ml.m5.xlarge"] }
        Null                        = { "sagemaker:InstanceTypes" = "false" }
      }
    }
    error_message = "The pipeline's role may start other jobs or register with another status."
  }

  assert {
    condition = flatten([
      for statement in jsondecode(aws_iam_role_policy.pipeline["depth"].policy).Statement :
      statement.Resource if contains(["StartJobs", "FollowJobs", "PassJobRole"], statement.Sid)
      ]) == [
      "arn:aws:sagemaker:eu-west-1:123456789012:processing-job/pipelines-*",
      "arn:aws:sagemaker:eu-west-1:123456789012:processing-job/pipelines-*",
      "arn:aws:iam::123456789012:role/vis-assis-depth-job",
    ]
    error_message = "The pipeline's role reaches jobs or roles that are not its own."
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.pipeline["depth"].policy).Statement :
      join(" ", statement.Action) => statement.Resource if can(regex("^(ecr|s3):", statement.Action[0]))
      } == {
      "ecr:BatchGetImage" = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-scikit-learn"]
      "s3:GetObject"      = ["arn:aws:s3:::output/*/depth/*"]
      "s3:ListBucket"     = ["arn:aws:s3:::output"]
    }
    error_message = "The registry cannot look up image and model data as the pipeline's role, or that role reads more."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.job["depth"].policy).Statement :
      statement.Effect == "Deny" || length([for action in statement.Action : action if can(regex("^(iam|sagemaker|sts):", action))]) == 0
    ])
    error_message = "The jobs' role reaches the registry, jobs or roles."
  }

  assert {
    condition = flatten([
      for statement in jsondecode(aws_iam_role_policy.job["depth"].policy).Statement :
      statement.Resource if statement.Effect == "Allow" && contains(statement.Action, "s3:PutObject")
    ]) == ["arn:aws:s3:::output/*/depth/*"]
    error_message = "A job writes what is not of its own model."
  }
}

run "pins_the_image_to_a_digest" {
  command = plan

  module {
    source = "./modules/model_pipelines"
  }

  variables {
    processing_image_digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  }

  assert {
    condition     = jsondecode(aws_sagemaker_pipeline.this["depth"].pipeline_definition).Image == "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    error_message = "The pipeline runs another image than the pinned one."
  }
}

run "reads_no_secret_for_an_open_model" {
  command = plan

  module {
    source = "./modules/model_pipelines"
  }

  variables {
    hugging_face_token_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    hugging_face_token_secret_arn  = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-AbCdEf"
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.job["depth"].policy, "secretsmanager") && !strcontains(aws_iam_role_policy.job["depth"].policy, "kms:")
    error_message = "A model that is not gated may read the token."
  }
}

run "reads_and_decrypts_the_token_for_a_gated_model" {
  command = plan

  module {
    source = "./modules/model_pipelines"
  }

  variables {
    hugging_face_token_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    hugging_face_token_secret_arn  = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-AbCdEf"
    models = {
      depth = { basis = jsonencode({ repository = "owner/name", max_size_mb = 100, files = ["*.json"] }), gated = true, group_name = "g", instance_type = "ml.m5.large", revision = "main" }
    }
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.job["depth"].policy).Statement :
      statement.Resource if statement.Sid == "ReadHuggingFaceToken"
    ]) == [var.hugging_face_token_secret_arn]
    error_message = "The gated model's role cannot read exactly the token."
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.job["depth"].policy).Statement :
      jsonencode(statement) if contains(statement.Action, "kms:Decrypt")
      ]) == jsonencode({
      Action    = ["kms:Decrypt"]
      Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.eu-west-1.amazonaws.com" } }
      Effect    = "Allow"
      Resource  = [var.hugging_face_token_kms_key_arn]
      Sid       = "DecryptHuggingFaceToken"
    })
    error_message = "The gated model's role cannot decrypt exactly the token."
  }
}

run "lets_steps_of_ones_own_do_more" {
  command = plan

  module {
    source = "./modules/model_pipelines"
  }

  variables {
    own_start_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sagemaker:CreateTrainingJob", Resource = "arn:aws:sagemaker:eu-west-1:123456789012:training-job/pipelines-*" }] })
    own_step_policy  = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::datasets/depth/*" }] })
  }

  assert {
    condition     = { for type, policy in aws_iam_role_policy.own_steps : type => [policy.role, policy.policy] } == { for type, role in aws_iam_role.job : type => [role.name, var.own_step_policy] }
    error_message = "Not every role of jobs got its policy."
  }

  assert {
    condition     = { for type, policy in aws_iam_role_policy.own_starts : type => [policy.role, policy.policy] } == { for type, role in aws_iam_role.pipeline : type => [role.name, var.own_start_policy] }
    error_message = "Not every pipeline's role got its policy."
  }
}

run "names_the_variable_when_a_gated_model_has_no_token" {
  command = plan

  module {
    source = "./modules/model_pipelines"
  }

  variables {
    models = {
      depth = { basis = jsonencode({ repository = "owner/name", max_size_mb = 100, files = ["*.json"] }), gated = true, group_name = "g", instance_type = "ml.m5.large", revision = "main" }
    }
  }

  expect_failures = [var.models]
}

run "names_the_command_when_a_definition_is_missing" {
  command = plan

  module {
    source = "./modules/model_pipelines"
  }

  variables {
    models = {
      unknown = { basis = jsonencode({ repository = "owner/name", max_size_mb = 100, files = ["*.json"] }), gated = false, group_name = "g", instance_type = "ml.m5.large", revision = "main" }
    }
  }

  expect_failures = [var.models]
}

run "refuses_definitions_of_another_catalogue" {
  command = plan

  module {
    source = "./modules/model_pipelines"
  }

  variables {
    models = {
      depth = { basis = jsonencode({ repository = "owner/name", max_size_mb = 200, files = ["*.json"] }), gated = false, group_name = "g", instance_type = "ml.m5.large", revision = "main" }
    }
  }

  expect_failures = [aws_sagemaker_pipeline.this]
}

run "lets_a_pipeline_train_whose_definition_has_such_a_step" {
  command = plan

  module {
    source = "./modules/model_pipelines"
  }

  variables {
    definitions_dir = "./tests/modules/fixtures/training_definitions"
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.pipeline["depth"].policy).Statement :
      statement.Sid => [statement.Action, statement.Resource] if contains(["StartJobs", "FollowJobs"], statement.Sid)
      } == {
      FollowJobs = [
        ["sagemaker:AddTags", "sagemaker:DescribeProcessingJob", "sagemaker:StopProcessingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"],
        ["arn:aws:sagemaker:eu-west-1:123456789012:processing-job/pipelines-*", "arn:aws:sagemaker:eu-west-1:123456789012:training-job/pipelines-*"],
      ]
      StartJobs = [
        ["sagemaker:CreateProcessingJob", "sagemaker:CreateTrainingJob"],
        ["arn:aws:sagemaker:eu-west-1:123456789012:processing-job/pipelines-*", "arn:aws:sagemaker:eu-west-1:123456789012:training-job/pipelines-*"],
      ]
    }
    error_message = "A pipeline with a Training step cannot run it, or may do more."
  }

  assert {
    condition = contains(flatten([
      for statement in jsondecode(aws_iam_role_policy.job["depth"].policy).Statement : statement.Resource if statement.Sid == "WriteJobLogs"
    ]), "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/TrainingJobs:log-stream:*")
    error_message = "A training job cannot write its log."
  }
}
